"""A Lance table that rows are written to: fragments, and one commit that makes these a version."""

import itertools
import re
from collections.abc import Iterator

import lance
import pyarrow as pa

from .refusal import Refusal
from .source import connect_namespace, refuse_other_table


class Target:
    def __init__(self, target: dict, schema: pa.Schema):
        """
        @param target a table's `place`, the version it has (0 for none), the `mode`, and the version of its file format
        @param schema of the rows, in the order of their columns
        """
        self._place = target["place"]
        self._mode = target["mode"]
        self._version_before = target["versionBefore"]
        self._storage_version = target["storageVersion"]
        self.schema = schema

    def write_fragments(self, found: Iterator[pa.RecordBatch]) -> list:
        """In the order of the rows; a fragment for each million of them or so. None for no rows."""
        first = next(found, None)
        if first is None:
            return []
        location, access = self._locate()
        return lance.fragment.write_fragments(
            pa.RecordBatchReader.from_batches(self.schema, itertools.chain([first], found)),
            location,
            self.schema,
            mode=self._mode,
            data_storage_version=self._storage_version,
            **access,
        )

    def commit(self, fragments: list) -> int:
        """@return the version that the table has now: an append of no rows makes none"""
        if self._mode == "append" and not fragments:
            return self._version_before
        location, access = self._locate()
        if self._mode == "append":
            operation = lance.LanceOperation.Append(fragments)
        else:
            if self._mode == "create":
                refuse_others_data(location, access)
            operation = lance.LanceOperation.Overwrite(self.schema, fragments)
        # An append stands beside others' appends; what replaces rows must not replace ones it has not seen.
        retries = {} if self._mode == "append" else {"max_retries": 0}
        read_version = self._version_before or None
        try:
            return lance.LanceDataset.commit(location, operation, read_version=read_version, **retries, **access).version
        except OSError as error:
            if re.search("commit ?conflict", str(error), re.IGNORECASE):
                why = "another writer committed first, so that this was not committed; look at the table, then run this again"
                raise Refusal("ConcurrentModification", why) from None
            raise

    def _locate(self) -> tuple[str, dict]:
        """Where the table lies, and how it is reached from here: its keys are renewed where a namespace hands them out."""
        if self._place["kind"] == "path":
            return self._place["uri"], {"storage_options": self._place["storageOptions"]}
        from lance_namespace import DescribeTableRequest

        client = connect_namespace(self._place)
        described = client.describe_table(DescribeTableRequest(id=self._place["id"]))
        refuse_other_table(self._place, described.location)
        access = {"namespace_client": client, "table_id": self._place["id"]}
        return described.location, {"storage_options": described.storage_options, **access}


def refuse_others_data(location: str, access: dict) -> None:
    """A table declared where a dataset lies already would take that for its own."""
    try:
        lance.dataset(location, storage_options=access.get("storage_options"))
    except (FileNotFoundError, ValueError, OSError):
        return
    raise Refusal(
        "TableAlreadyExists",
        "a Lance dataset lies at its location already; use registerTable to give it this name",
    )
