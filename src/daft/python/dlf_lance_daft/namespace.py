"""DLF as Lance asks it from any machine: for where a table lies, and for its next keys before those it has expire."""

import json
from urllib.parse import urlsplit
from uuid import uuid4

from lance_dlf import DLFNamespace
from lance_dlf.api.rest_exception import AlreadyExistsException
from lance_dlf.common.identifier import Identifier
from lance_dlf.dlf_namespace import LANCE_COMMIT_UUID_OPTION, LANCE_TABLE_TYPE
from lance_dlf.schema.data_types import DataField
from lance_dlf.schema.schema import Schema
from lance_dlf.schema.schema_change import SchemaChange
from lance_namespace import DescribeTableRequest, TableAlreadyExistsError

from .refusal import refuse_replacement

_columns_changed_option = "dlf-lance.columns-changed"


class RenewingNamespace(DLFNamespace):
    """
    `lance_dlf.DLFNamespace` fails at every renewal: Lance hands it a dictionary then.

    @param uuid of the one table that it is to find; None for whichever has the name
    """

    def __init__(self, uuid: str | None = None, **properties):
        self._uuid = uuid
        self._token_path = properties.pop("dlf.token-path", None)
        if self._token_path is not None:
            properties.pop("dlf.token-loader", None)
            properties.update(_read_token(self._token_path))
        super().__init__(**properties)

    def describe_table(self, request):
        if not hasattr(request, "id"):
            fields = request.model_dump() if hasattr(request, "model_dump") else dict(request)
            request = DescribeTableRequest(**fields)
        self._renew_keys()
        answer = super().describe_table(request)
        if answer.storage_options is not None and _is_loopback(answer.storage_options.get("oss_endpoint", "")):
            # A store of this machine has no host names for its buckets.
            answer.storage_options["addressing_style"] = "path"
        return answer

    def declare_lance_table(self, table_id: list[str], fields: list[dict]) -> None:
        """@param fields the columns as the catalog lists them"""
        self._renew_keys()
        schema = Schema(fields=_read_fields(fields), options={"type": LANCE_TABLE_TYPE})
        try:
            self._api.create_table(Identifier(*table_id), schema)
        except AlreadyExistsException as error:
            raise TableAlreadyExistsError(str(error)) from error

    def notify_commit(self, table_id: list[str], changes_columns: bool) -> None:
        changes = [SchemaChange.set_option(LANCE_COMMIT_UUID_OPTION, str(uuid4()))]
        if changes_columns:
            changes.append(SchemaChange.set_option(_columns_changed_option, "true"))
        self._renew_keys()
        self._api.alter_table(Identifier(*table_id), changes)

    def drop_table(self, request):
        self._renew_keys()
        return super().drop_table(request)

    def _renew_keys(self) -> None:
        if self._token_path is not None:
            # The file has other keys by now; the client reads it at its start alone.
            self.__init__(self._uuid, **self._properties, **{"dlf.token-path": self._token_path})

    def _check_lance_table(self, resp, db_name: str, table_name: str) -> dict:
        """Of what the catalog answers when it is asked for a table."""
        if self._uuid is not None and resp.id != self._uuid:
            raise refuse_replacement()
        return super()._check_lance_table(resp, db_name, table_name)


def _is_loopback(endpoint: str) -> bool:
    host = urlsplit(endpoint if "://" in endpoint else f"//{endpoint}").hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def _read_fields(fields: list[dict]) -> list[DataField]:
    """None where the client has no word for one: the catalog then lists no columns, rather than wrong ones."""
    try:
        return [DataField.from_dict(field) for field in fields]
    except (KeyError, TypeError, ValueError):
        return []


def _read_token(path: str) -> dict:
    with open(path, encoding="utf-8") as file:
        token = json.load(file)
    keys = {"dlf.access-key-id": token["AccessKeyId"], "dlf.access-key-secret": token["AccessKeySecret"]}
    if token.get("SecurityToken"):
        keys["dlf.security-token"] = token["SecurityToken"]
    return keys
