"""Daft's answers to the queries of frames; prints rows by the name of the query as JSON, whole numbers as text.

    daft_answers.py ORDERS SHOPS ROWS    writes both tables at these places through PyLance, from a seed, and asks Daft
"""

import json
import sys

import daft
import lance
import numpy
import pyarrow as pa
from daft import col

CITIES = numpy.array(["beijing", "shanghai", "杭州", "it's", ""])


def write(orders: str, shops: str, rows: int) -> None:
    random = numpy.random.default_rng(20)
    ids = numpy.arange(rows, dtype=numpy.int64)

    def missing():
        return random.random(rows) < 0.05

    table = {
        "id": pa.array(ids),
        "city": pa.array(CITIES[random.integers(0, 5, rows)], pa.string(), mask=missing()),
        "shop": pa.array(random.integers(0, 900, rows, dtype=numpy.int32), mask=missing()),
        # Quarters, so that a sum is the same in every order.
        "price": pa.array(random.integers(-4_000, 4_000, rows) / 4, mask=missing()),
        "big": pa.array(random.integers(2**60, 2**60 + 5_000, rows), mask=missing()),
        "time": pa.array(1_709_249_400_000_001 + ids * 10, pa.timestamp("us"), mask=missing()),
    }
    lance.write_dataset(pa.table(table), orders, max_rows_per_file=rows // 3)
    keys = numpy.arange(100, 1_100, dtype=numpy.int32)
    lance.write_dataset(pa.table({"key": keys, "label": [f"label-{key % 7}" for key in keys]}), shops)


def queries(orders: daft.DataFrame, shops: daft.DataFrame) -> dict:
    price = col("price")
    return {
        "filter": orders.where((price > 500) & (col("city") == "it's") & (col("shop") < 450))
        .select("id", (price * 2 + 1).alias("twice"), "time")
        .sort("id"),
        "nulls": orders.where(col("city").is_null() & col("price").not_null()).select("id", "shop", "big").sort("id"),
        "groups": orders.groupby("city")
        .agg(
            price.count().alias("count"),
            price.sum().alias("sum"),
            price.mean().alias("mean"),
            price.stddev().alias("deviation"),
            col("big").min().alias("least"),
            col("big").max().alias("greatest"),
        )
        .sort("city", nulls_first=False),
        "many groups": orders.groupby("shop").agg(price.sum().alias("sum"), col("id").count().alias("rows")).sort(
            "shop", nulls_first=False
        ),
        "top": orders.sort(["price", "id"], desc=[True, False], nulls_first=False).limit(40).select("id", "price"),
        "join": orders.join(shops, left_on="shop", right_on="key")
        .groupby("label")
        .agg(price.sum().alias("sum"), col("id").count().alias("rows"))
        .sort("label"),
        "left join": orders.where(col("id") < 300)
        .join(shops, left_on="shop", right_on="key", how="left")
        .select("id", "label")
        .sort("id"),
        "distinct": orders.select("city", "shop").distinct().sort(["city", "shop"], nulls_first=False),
        "distinct count": orders.agg(
            col("big").count_distinct().alias("big"), col("city").count_distinct().alias("city")
        ),
    }


def as_rows(table: pa.Table) -> list:
    for index, field in enumerate(table.schema):
        if pa.types.is_integer(field.type) or pa.types.is_timestamp(field.type):
            table = table.set_column(index, field.name, table.column(index).cast(pa.string()))
    return table.to_pylist()


if __name__ == "__main__":
    orders, shops, rows = sys.argv[1:]
    write(orders, shops, int(rows))
    asked = queries(daft.read_lance(orders), daft.read_lance(shops))
    print(json.dumps({name: as_rows(query.to_arrow()) for name, query in asked.items()}))
