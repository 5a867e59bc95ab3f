"""How the API names the people who use the product."""

from rest_framework import serializers


class StaffSerializer(serializers.Serializer):
    """Somebody who works with the product."""

    id = serializers.IntegerField()
    name = serializers.CharField()
