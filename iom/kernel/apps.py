from django.apps import AppConfig

from iom.kernel.frame import register_frame_part
from iom.kernel.navigation import navigation


class KernelConfig(AppConfig):
    name = "iom.kernel"
    label = "kernel"

    def ready(self) -> None:
        register_frame_part(navigation)
