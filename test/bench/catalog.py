"""lance-dlf's side of the catalog benchmarks: one round for each line of standard input, answered with a line.

    catalog.py describe|list        the first round's preparation (imports) is not in any round
    catalog.py describe --once      one round, imports included
"""

import json
import os
import sys

from lance_dlf import DLFNamespace
from lance_namespace import DescribeTableRequest

config = json.loads(os.environ["DLF_CONFIG"])


def describe() -> int:
    namespace = DLFNamespace(**config)
    return len(namespace.describe_table(DescribeTableRequest(id=["bench", "t0"])).storage_options)


def list_tables() -> int:
    # DLFNamespace.list_tables stops after the first page, so its REST client is asked page by page.
    api, token, count = DLFNamespace(**config)._api, None, 0
    while True:
        page = api.list_tables_paged("bench", page_token=token, table_type="lance-table")
        count += len(page.elements)
        token = page.next_page_token
        if not token:
            return count


work = {"describe": describe, "list": list_tables}[sys.argv[1]]
if "--once" in sys.argv:
    print(work())
else:
    print("ready", flush=True)
    for _ in sys.stdin:
        print(work(), flush=True)
