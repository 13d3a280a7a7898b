"""Writes a table as another engine would: partitioned, with evolved columns, three snapshots and a copy-on-write delete."""

import datetime
import json
import os
import sys

import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import DayTransform, IdentityTransform
from pyiceberg.types import DateType, DecimalType, IntegerType, LongType, NestedField, StringType

folder = sys.argv[1]
catalog = SqlCatalog("test", uri=f"sqlite:///{folder}/../catalog.db", warehouse=f"file://{folder}")
os.makedirs(folder, exist_ok=True)
catalog.create_namespace("theirs")
schema = Schema(
    NestedField(1, "id", IntegerType(), required=False),
    NestedField(2, "day", DateType(), required=False),
    NestedField(3, "amount", DecimalType(12, 2), required=False),
    NestedField(4, "land code", StringType(), required=False),
)
spec = PartitionSpec(
    PartitionField(source_id=2, field_id=1000, transform=DayTransform(), name="day_day"),
    PartitionField(source_id=4, field_id=1001, transform=IdentityTransform(), name="land code"),
)
table = catalog.create_table("theirs.sales", schema=schema, partition_spec=spec)


def rows(start, name="id", kind=pa.int32()):
    return pa.table(
        {
            name: pa.array(range(start, start + 4), kind),
            "day": pa.array([datetime.date(2026, 1, 1), datetime.date(1969, 12, 31)] * 2, pa.date32()),
            "amount": pa.array([None, 1, -2, 3], pa.decimal128(12, 2)),
            "land code": pa.array(["DE", "FR", "DE", None]),
        }
    )


table.append(rows(0))
with table.update_schema() as update:
    update.update_column("id", LongType())
    update.rename_column("id", "key")
    update.add_column("note", StringType())
table.append(rows(4, "key", pa.int64()).append_column("note", pa.array(["n"] * 4)))
table.delete("key = 2")
print(
    json.dumps(
        {
            "metadata": table.metadata_location,
            "snapshots": [str(s.snapshot_id) for s in table.metadata.snapshots],
            "rows": sorted(table.scan().to_arrow()["key"].to_pylist()),
        }
    )
)
