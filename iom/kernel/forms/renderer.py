"""Which templates draw a form: ours, and Django's own for what we do not draw (hidden inputs)."""

from typing import Any

from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.functional import cached_property

DJANGO_WIDGETS = "django/forms/widgets/"
OWN_WIDGETS = "forms/widgets/"


class GovukRenderer(TemplatesSetting):
    """Finds our templates first and Django's own for what we do not draw ourselves (hidden inputs)."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    @cached_property
    def _django(self) -> DjangoTemplates:
        return DjangoTemplates()

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith(DJANGO_WIDGETS):
            try:
                return get_template(template_name.replace(DJANGO_WIDGETS, OWN_WIDGETS, 1))
            except TemplateDoesNotExist:
                return self._django.get_template(template_name)
        return get_template(template_name)
