"""DLF as Lance asks it from any machine: for where a table lies, and for its next keys before those it has expire."""

import json

from lance_dlf import DLFNamespace
from lance_namespace import DescribeTableRequest


class RenewingNamespace(DLFNamespace):
    """`lance_dlf.DLFNamespace` fails at every renewal: Lance hands it a dictionary then."""

    def __init__(self, addressing: dict | None = None, **properties):
        self._addressing = addressing or {}
        self._token_path = properties.pop("dlf.token-path", None)
        if self._token_path is not None:
            properties.pop("dlf.token-loader", None)
            properties.update(_read_token(self._token_path))
        super().__init__(**properties)

    def describe_table(self, request):
        if not hasattr(request, "id"):
            fields = request.model_dump() if hasattr(request, "model_dump") else dict(request)
            request = DescribeTableRequest(**fields)
        if self._token_path is not None:
            # The file has other keys by now; the client reads it at its start alone.
            self.__init__(self._addressing, **self._properties, **{"dlf.token-path": self._token_path})
        answer = super().describe_table(request)
        if answer.storage_options is not None:
            answer.storage_options.update(self._addressing)
        return answer


def _read_token(path: str) -> dict:
    with open(path, encoding="utf-8") as file:
        token = json.load(file)
    keys = {"dlf.access-key-id": token["AccessKeyId"], "dlf.access-key-secret": token["AccessKeySecret"]}
    if token.get("SecurityToken"):
        keys["dlf.security-token"] = token["SecurityToken"]
    return keys
