"""DLF as a Lance namespace whose keys are renewed on the workers."""

from lance_dlf import DLFNamespace
from lance_namespace import DescribeTableRequest


class RenewingNamespace(DLFNamespace):
    """Lance hands a dictionary to `describe_table` when keys near their end, which the base does not take."""

    def describe_table(self, request):
        if not hasattr(request, "id"):
            values = request.model_dump() if hasattr(request, "model_dump") else dict(request)
            request = DescribeTableRequest(**values)
        return super().describe_table(request)
