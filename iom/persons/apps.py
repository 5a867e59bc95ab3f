from django.apps import AppConfig


class PersonsConfig(AppConfig):
    name = "iom.persons"
    label = "persons"
