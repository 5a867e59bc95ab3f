from django.apps import AppConfig
from django.core import checks

from iom.kernel import lookups  # noqa: F401  (registers them)
from iom.kernel.compartments import check_compartments
from iom.kernel.frame import FramePart, register_frame_part
from iom.kernel.navigation import counts_for, navigation


class KernelConfig(AppConfig):
    name = "iom.kernel"
    label = "kernel"

    def ready(self) -> None:
        register_frame_part(FramePart(navigation, counts_for))
        checks.register(check_compartments)
