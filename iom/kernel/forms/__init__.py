"""Forms in GOV.UK markup: every page's form starts from `GovukForm`, every date from `date_field`."""

from iom.kernel.forms.base import GovukFilterForm, GovukForm, GovukModelForm
from iom.kernel.forms.dates import DateField, DateInput, date_field

__all__ = ["DateField", "DateInput", "GovukFilterForm", "GovukForm", "GovukModelForm", "date_field"]
