"""
Computes expressions over Arrow columns. A term is JSON with a closed vocabulary; names are looked up in the table
`_functions` and nowhere else. Each means exactly what dlf-lance's own engine computes: null in, null out; whole numbers that
do not fit are an error; NaN equals NaN and is greater than every number; 0 equals -0.
"""

import operator
from decimal import Decimal, localcontext

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .decimals import decimal_words, decimals_to_floats, longest_decimal
from .refusal import Refusal

_sign_bits = np.int64(0x7FFF_FFFF_FFFF_FFFF)


class Rows:
    """The columns that terms read."""

    def __init__(self, columns: dict[str, pa.Array], length: int):
        self.columns = columns
        self.length = length

    def take(self, mask: pa.Array) -> "Rows":
        columns = {name: column.filter(mask) for name, column in self.columns.items()}
        return Rows(columns, int(pc.sum(mask).as_py() or 0))


class Terms:
    """Computes terms whose types are given by their number."""

    def __init__(self, types: pa.Schema):
        self._types = types

    def type(self, number: int) -> pa.DataType:
        return self._types.field(number).type

    def compute(self, term: dict, rows: Rows, label: str = "a column") -> pa.Array:
        """
        @param label what it is called in an error
        @raise Refusal for values that the result cannot hold, and for a term that is not known
        """
        try:
            return self._column(term, rows)
        except (pa.ArrowInvalid, OverflowError) as error:
            raise Refusal("InvalidInput", f"Cannot compute {label}: {_explain_value(error)}") from error
        except pa.ArrowNotImplementedError as error:
            raise Refusal("Unsupported", f"Cannot compute {label}: {error}") from error

    def _column(self, term: dict, rows: Rows) -> pa.Array:
        value = self._value(term, rows)
        return pa.repeat(value, rows.length) if isinstance(value, pa.Scalar) else _whole(value)

    def _value(self, term: dict, rows: Rows):
        if "column" in term:
            return rows.columns[term["column"]]
        if "literal" in term:
            return read_literal(term["literal"], self.type(term["type"]))
        if "case" in term:
            return self._choose(term, rows)
        if "coalesce" in term:
            return self._coalesce(term, rows)
        function = _functions.get(term.get("call"))
        if function is None:
            raise Refusal("Unsupported", f"Cannot compute a term called {term.get('call')!r}")
        values = [self._value(argument, rows) for argument in term["arguments"]]
        kind = self.type(term["type"]) if "type" in term else None
        return function(values, kind, term.get("options", {}))

    def _choose(self, term: dict, rows: Rows) -> pa.Array:
        """A branch is computed for its rows alone: in others its values may not exist."""
        kind = self.type(term["type"])
        left = pa.repeat(pa.scalar(True), rows.length)
        choices = []
        for when, value in term["case"]:
            is_true = pc.fill_null(self._column(when, rows), False)
            choices.append((pc.and_(left, is_true), value))
            left = pc.and_(left, pc.invert(is_true))
        choices.append((left, term["otherwise"]))
        return self._scatter(choices, rows, kind)

    def _coalesce(self, term: dict, rows: Rows) -> pa.Array:
        kind = self.type(term["type"])
        result = pa.nulls(rows.length, kind)
        for part in term["coalesce"]:
            missing = pc.is_null(result)
            if not pc.any(missing).as_py():
                break
            result = pc.coalesce(result, self._scatter([(missing, part)], rows, kind))
        return _whole(result)

    def _scatter(self, choices, rows: Rows, kind: pa.DataType) -> pa.Array:
        values, places, length = [], np.full(rows.length, -1, np.int64), 0
        for mask, part in choices:
            chosen = rows.take(mask)
            if part is None or chosen.length == 0:
                continue
            values.append(self._column(part, chosen).cast(kind))
            places[np.flatnonzero(mask.to_numpy(zero_copy_only=False))] = np.arange(
                length, length + chosen.length
            )
            length += chosen.length
        if length == 0:
            return pa.nulls(rows.length, kind)
        return pa.concat_arrays(values).take(pa.array(places, mask=places < 0))


def _explain_value(error: Exception) -> str:
    """Arrow says no more of a number than `overflow`."""
    if str(error) != "overflow":
        return str(error)
    return "a result does not fit the type of its numbers (overflow); cast one of them to double"


def _whole(value) -> pa.Array:
    return value.combine_chunks() if isinstance(value, pa.ChunkedArray) else value


def read_literal(text: str | None, kind: pa.DataType) -> pa.Scalar:
    """A constant: whole numbers and what is stored as such as their digits, bytes as hexadecimal ones."""
    if text is None:
        return pa.scalar(None, kind)
    if pa.types.is_boolean(kind):
        return pa.scalar(text == "true", kind)
    if pa.types.is_floating(kind):
        return pa.scalar(np.float32(text) if pa.types.is_float32(kind) else float(text), kind)
    if pa.types.is_decimal(kind):
        with localcontext() as context:
            context.prec = 80
            return pa.scalar(Decimal(int(text)).scaleb(-kind.scale), kind)
    if pa.types.is_integer(kind):
        return pa.scalar(int(text), kind)
    if pa.types.is_date32(kind):
        return pa.scalar(int(text), pa.int32()).cast(kind)
    if pa.types.is_timestamp(kind):
        return pa.scalar(int(text), pa.int64()).cast(kind)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pa.scalar(text, kind)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return pa.scalar(bytes.fromhex(text), kind)
    if pa.types.is_null(kind):
        return pa.scalar(None, kind)
    raise Refusal("Unsupported", f"Cannot read a constant of type {kind}")


# Numbers as numpy has them.


def _each(function, *values, kind: pa.DataType):
    """A numpy function over the values that are not null."""
    scalars = all(isinstance(value, pa.Scalar) for value in values)
    length = max((len(value) for value in values if not isinstance(value, pa.Scalar)), default=1)
    arrays = [pa.repeat(value, length) if isinstance(value, pa.Scalar) else _whole(value) for value in values]
    is_null = np.zeros(length, bool)
    for array in arrays:
        is_null |= array.is_null().to_numpy(zero_copy_only=False)
    plain = [pc.fill_null(array, _filler(array.type)).to_numpy(zero_copy_only=False) for array in arrays]
    with np.errstate(all="ignore"):
        result = function(*plain)
    if isinstance(result, tuple):
        result, is_missing = result
        is_null = is_null | is_missing
    array = pa.array(result, mask=is_null).cast(kind)
    return array[0] if scalars else array


def _filler(kind: pa.DataType) -> pa.Scalar:
    return pa.scalar(False if pa.types.is_boolean(kind) else 1, kind)


def order_key(values, kind, options):
    """Floats as whole numbers in their order: NaN above all, 0 as -0."""

    def keys(floats):
        floats = np.where(np.isnan(floats), np.nan, floats + 0.0)
        bits = floats.view(np.int64)
        return np.where(bits < 0, bits ^ _sign_bits, bits)

    return _each(keys, values[0].cast(pa.float64()), kind=pa.int64())


def from_order_key(values, kind, options):
    def floats(keys):
        return np.where(keys < 0, keys ^ _sign_bits, keys).view(np.float64)

    return pc.cast(_each(floats, values[0], kind=pa.float64()), kind, safe=False)


def _cast(values, kind, options):
    """To a type that holds it; what does not fit is an error."""
    if pa.types.is_decimal(kind) and not pa.types.is_decimal(values[0].type):
        return values[0].cast(pa.decimal128(20, 0)).cast(kind)
    try:
        return values[0].cast(kind)
    except pa.ArrowInvalid as error:
        lost = _find_lost(values[0], kind)
        if lost is None:
            raise
        raise pa.ArrowInvalid(f"{lost} does not fit {kind}; {_way_out(kind)}") from error


def _find_lost(value, kind: pa.DataType) -> int | None:
    """The first number that a type of whole numbers does not hold; of sums and casts Arrow does not always say it."""
    own = value.type
    if not pa.types.is_integer(kind) or not (pa.types.is_integer(own) or pa.types.is_decimal(own)):
        return None
    limits = np.iinfo(_whole_dtype(kind))
    lost = (item for item in _listed(value).to_pylist() if item is not None and not limits.min <= item <= limits.max)
    return next((int(item) for item in lost), None)


def _way_out(kind: pa.DataType) -> str:
    """SQL has types of whole numbers that are wider than int64, and they are int64 on the way here."""
    words = "cast the operand to double"
    return f'{words}, or run it with .on("here")' if pa.types.is_int64(kind) else words


def _whole_dtype(kind: pa.DataType) -> np.dtype:
    """Arrow and numpy name whole numbers alike. Arrow's own way to numpy's types wants pandas, which nobody installs for us."""
    return np.dtype(str(kind))


def _cast_or_null(values, kind, options):
    value = values[0]
    own, limits = np.iinfo(_whole_dtype(value.type)), np.iinfo(_whole_dtype(kind))
    low = pc.greater_equal(value, pa.scalar(max(limits.min, own.min), value.type))
    high = pc.less_equal(value, pa.scalar(min(limits.max, own.max), value.type))
    return pc.cast(pc.if_else(pc.and_(low, high), value, pa.scalar(None, value.type)), kind)


def _to_float(values, kind, options):
    value = values[0]
    if pa.types.is_decimal(value.type):
        if not pa.types.is_float64(kind):
            raise Refusal("Unsupported", f"Cannot cast a decimal to {kind}: only a cast to double is done on Daft")
        result = decimals_to_floats(_listed(value))
        return result[0] if isinstance(value, pa.Scalar) else result
    result = pc.cast(value, kind, safe=False)
    if not pa.types.is_float64(value.type) or not pa.types.is_float32(kind):
        return result
    is_lost = pc.and_(pc.is_finite(value), pc.is_inf(result))
    if options.get("orNull"):
        return pc.if_else(is_lost, pa.scalar(None, kind), result)
    if isinstance(is_lost, pa.Scalar) and is_lost.as_py() or pc.any(_listed(is_lost)).as_py():
        raise Refusal("InvalidInput", "Cannot cast a number to float32: it is out of range")
    return result


def _listed(value) -> pa.Array:
    return pa.array([value.as_py()], value.type) if isinstance(value, pa.Scalar) else _whole(value)


def _float_to_whole(values, kind, options):
    dtype = _whole_dtype(kind)
    limits = np.iinfo(dtype)

    def whole(floats):
        floats = np.trunc(floats.astype(np.float64))
        fits = (floats >= float(limits.min)) & (floats < float(limits.max) + 1 if limits.bits < 64 else floats < 2.0**limits.bits / (2 if limits.min < 0 else 1))
        return np.where(fits, floats, 0).astype(dtype), ~fits

    result = _each(whole, values[0], kind=kind)
    if not options.get("orNull"):
        lost = pc.and_(pc.is_valid(values[0]), pc.is_null(result))
        if pc.any(_listed(lost)).as_py():
            raise Refusal("InvalidInput", f"Cannot cast a number to {kind}: it is out of range")
    return result


def _whole_to_text(values, kind, options):
    return values[0].cast(kind)


def _int_divide(values, kind, options):
    left, right = values
    divisor = pc.if_else(pc.equal(right, pa.scalar(0, right.type)), pa.scalar(None, right.type), right)
    return pc.divide_checked(left, divisor)


def _int_modulo(values, kind, options):
    def rest(left, right):
        return np.fmod(left, np.where(right == 0, 1, right)), right == 0

    return _each(rest, *values, kind=kind)


def _float_divide(values, kind, options):
    return _each(lambda left, right: left / (right + 0.0), *values, kind=kind)


def _float_modulo(values, kind, options):
    return _each(np.fmod, *values, kind=kind)


def _decimal_sum(function):
    def compute(values, kind, options):
        wide = [value.cast(pa.decimal256(40, kind.scale)) for value in values]
        return _narrow_decimal(function(*wide), kind)

    return compute


def _decimal_product(values, kind, options):
    left, right = values
    product = pc.multiply(
        left.cast(pa.decimal256(longest_decimal, left.type.scale)),
        right.cast(pa.decimal256(longest_decimal - 1, right.type.scale)),
    )
    return _narrow_decimal(product, kind)


def _narrow_decimal(value, kind):
    limit = pa.scalar(Decimal(10) ** (longest_decimal - kind.scale), pa.decimal256(76, kind.scale))
    wide = value.cast(pa.decimal256(76, kind.scale))
    if pc.any(_listed(pc.greater_equal(pc.abs(wide), limit))).as_py():
        raise Refusal("InvalidInput", f"Cannot compute a decimal: a value has more than {longest_decimal} digits")
    return wide.cast(kind)


def _of_arrays(function):
    """For functions that read the memory of an array: a constant is an array of one."""

    def compute(values, kind, options):
        result = function([_listed(value) for value in values], kind, options)
        return result[0] if all(isinstance(value, pa.Scalar) for value in values) else result

    return compute


# Sums that are exact: of decimals in two parts, which no number of rows makes overflow.


@_of_arrays
def _sum_low(values, kind, options):
    words = decimal_words(values[0])[:, 0].astype(np.uint64)
    nulls = values[0].is_null().to_numpy(zero_copy_only=False)
    return pa.array(words, mask=nulls).cast(pa.decimal128(20, 0)).cast(kind)


@_of_arrays
def _sum_high(values, kind, options):
    nulls = values[0].is_null().to_numpy(zero_copy_only=False)
    return pa.array(decimal_words(values[0])[:, 1], mask=nulls).cast(pa.decimal128(19, 0)).cast(kind)


def _digits(value) -> list[int | None]:
    return [None if item is None else int(item) for item in value.to_pylist()]


def _parts(low, high):
    for small, great in zip(_digits(low), _digits(high), strict=True):
        yield None if small is None else (great << 64) + small


def _sum_of_parts(values, kind, options):
    return _decimals(list(_parts(*values)), kind)


def _decimals(sums: list[int | None], kind: pa.DataType) -> pa.Array:
    limit = 10**longest_decimal
    if any(total is not None and abs(total) >= limit for total in sums):
        raise Refusal("InvalidInput", f"Cannot sum decimals: a sum has more than {longest_decimal} digits")
    with localcontext() as context:
        context.prec = 80
        scaled = [None if total is None else Decimal(total).scaleb(-kind.scale) for total in sums]
    return pa.array(scaled, kind)


# Over frames of rows, which slide, Daft sums whole numbers of 64 bits alone: words of 32 bits never overflow these.

_word_bits = 32
_word_mask = 2**_word_bits - 1


@_of_arrays
def _word(values, kind, options):
    """One of the words of a decimal, counted from the lowest; the last one with the sign."""
    array = values[0]
    low, high = decimal_words(array).T
    index = options["index"]
    half = (low if index < 2 else high).view(np.uint64)
    word = ((half >> np.uint64(_word_bits * (index % 2))) & np.uint64(_word_mask)).astype(np.int64)
    if options["isLast"]:
        word = word + (high << _word_bits) if index == 1 else high >> _word_bits
    return pa.array(word, mask=array.is_null().to_numpy(zero_copy_only=False))


def _totals(words):
    for parts in zip(*[word.to_pylist() for word in words], strict=True):
        yield None if parts[0] is None else sum(part << _word_bits * place for place, part in enumerate(parts))


def _sum_of_words(values, kind, options):
    if pa.types.is_decimal(kind):
        return _decimals(list(_totals(values)), kind)
    low, high = [pc.fill_null(word, 0).to_numpy(zero_copy_only=False) for word in values]
    high = high + (low >> _word_bits)
    if np.any((high >= 2**31) | (high < -(2**31))):
        raise pa.ArrowInvalid(f"a sum does not fit int64; {_way_out(pa.int64())}")
    total = (high << _word_bits) | (low & _word_mask)
    return pa.array(total, mask=values[0].is_null().to_numpy(zero_copy_only=False)).cast(kind)


def _mean_of_words(values, kind, options):
    *words, counts = values
    return _means(_totals(words), counts, kind, options)


def _mean_of_parts(values, kind, options):
    *sums, counts = values
    return _means(_parts(*sums) if len(sums) == 2 else _digits(sums[0]), counts, kind, options)


def _means(totals, counts, kind, options):
    unit = 10 ** options.get("scale", 0)
    means = [
        None if total is None or count == 0 else total / (count * unit)
        for total, count in zip(totals, counts.to_pylist(), strict=True)
    ]
    return pa.array(means, kind)


def _sum_of_values(values, kind, options):
    """Of floats, one column after the other; null where all are."""
    total = pa.nulls(len(values[0]), kind)
    for value in values:
        total = pc.if_else(pc.and_(pc.is_valid(total), pc.is_valid(value)), pc.add(total, value), pc.coalesce(total, value))
    return total


def _mean_of_values(values, kind, options):
    counts = sum(value.is_valid().to_numpy(zero_copy_only=False).astype(np.int64) for value in values)
    return _each(operator.truediv, _sum_of_values(values, kind, options), pa.array(counts), kind=kind)


# Ranks from the number of a row, or of the first or last of its equals, and the number of all.


def _ntile(values, kind, options):
    """The first groups have one row more where they do not come out even."""
    groups = options["groups"]

    def deal(number, rows):
        number, rows = number.astype(np.int64) - 1, rows.astype(np.int64)
        size, more = rows // groups, rows % groups
        in_larger = number < more * (size + 1)
        later = more + (number - more * (size + 1)) // np.maximum(size, 1)
        return np.where(in_larger, number // (size + 1), later) + 1

    return _each(deal, *values, kind=kind)


def _percent_rank(values, kind, options):
    def part(rank, rows):
        rank, rows = rank.astype(np.int64), rows.astype(np.int64)
        return np.where(rows > 1, (rank - 1) / np.maximum(rows - 1, 1), 0.0)

    return _each(part, *values, kind=kind)


def _cume_dist(values, kind, options):
    """@param values the rank from the end"""
    return _each(lambda rank, rows: (rows.astype(np.int64) - rank.astype(np.int64) + 1) / rows, *values, kind=kind)


# Texts.


@_of_arrays
def _bytes_key(values, kind, options):
    """Bytes as texts in their order."""
    return pa.array([None if value is None else value.hex() for value in values[0].to_pylist()], pa.string())


def _from_bytes_key(values, kind, options):
    digits = values[0].to_pylist()
    return pa.array([None if text is None else bytes.fromhex(text) for text in digits], kind)


def _is_in(values, kind, options):
    value, *constants = values
    known = pa.array([constant.as_py() for constant in constants], constants[0].type)
    found = pc.is_in(_listed(value) if isinstance(value, pa.Scalar) else value, value_set=known.cast(value.type))
    found = found[0] if isinstance(value, pa.Scalar) else found
    return pc.if_else(pc.is_valid(value), found, pa.scalar(None, pa.bool_()))


def _pattern(function, **more):
    """A kernel that takes its pattern as an option."""

    def compute(values, kind, options):
        return function(values[0], pattern=options["pattern"], **more)

    return compute


def _replace(function):
    def compute(values, kind, options):
        return function(values[0], pattern=options["pattern"], replacement=options["replacement"])

    return compute


def _slice(values, kind, options):
    return pc.utf8_slice_codeunits(values[0], start=options["start"], stop=options["stop"])


def _join_texts(values, kind, options):
    texts = [value.cast(pa.large_string()) for value in values]
    return pc.binary_join_element_wise(*texts, pa.scalar("", pa.large_string()), null_handling="emit_null")


# Times. Days and clocks are counted here: Arrow's calendar ends with the year 32767.

_ticks_of_second = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_truncations = ("year", "quarter", "month", "week", "day", "hour", "minute", "second")


def _ticks(value):
    """Ticks since 1970, and how many a day has."""
    kind = value.type
    if pa.types.is_date32(kind):
        return value.cast(pa.int32()).cast(pa.int64()), 1
    return value.cast(pa.int64()), 86_400 * _ticks_of_second[kind.unit]


def _civil(days):
    """Year, month and day of days since 1970 in the Gregorian calendar, after Howard Hinnant."""
    shifted = days + 719_468
    era = np.floor_divide(shifted, 146_097)
    of_era = shifted - era * 146_097
    year_of_era = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_from_march = (5 * of_year + 2) // 153
    day = of_year - (153 * month_from_march + 2) // 5 + 1
    month = np.where(month_from_march < 10, month_from_march + 3, month_from_march - 9)
    return year_of_era + era * 400 + (month <= 2), month, day


def _days_of(year, month, day):
    year = year - (month <= 2)
    era = np.floor_divide(year, 400)
    year_of_era = year - era * 400
    of_year = (153 * (month + np.where(month > 2, -3, 9)) + 2) // 5 + day - 1
    of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + of_year
    return era * 146_097 + of_era - 719_468


def _week_day(days):
    """1 is Monday."""
    return np.mod(days + 3, 7) + 1


def _day_of_year(days):
    year, _, _ = _civil(days)
    return days - _days_of(year, np.int64(1), np.int64(1)) + 1


def _iso_week(days):
    thursday = days - _week_day(days) + 4
    return (_day_of_year(thursday) - 1) // 7 + 1


_day_parts = {
    "year": lambda days: _civil(days)[0],
    "quarter": lambda days: (_civil(days)[1] + 2) // 3,
    "month": lambda days: _civil(days)[1],
    "week": _iso_week,
    "day": lambda days: _civil(days)[2],
    "dayOfWeek": _week_day,
    "dayOfYear": _day_of_year,
}
_clock_parts = {"hour": (3_600, 24), "minute": (60, 60), "second": (1, 60)}


def _date_part(values, kind, options):
    part = options["part"]
    ticks, day = _ticks(values[0])
    if part in _day_parts:
        return _each(lambda all: _day_parts[part](np.floor_divide(all, day)), ticks, kind=kind)
    seconds, modulus = _clock_parts[part]
    unit = day // 86_400 * seconds
    return _each(lambda all: np.mod(np.floor_divide(all, unit), modulus), ticks, kind=kind)


def _first_days(days, unit):
    if unit == "day":
        return days
    if unit == "week":
        return days - _week_day(days) + 1
    year, month, _ = _civil(days)
    if unit == "year":
        month = np.ones_like(month)
    elif unit == "quarter":
        month = (month - 1) // 3 * 3 + 1
    return _days_of(year, month, np.int64(1))


def _date_trunc(values, kind, options):
    unit = options["part"]
    if unit not in _truncations:
        raise Refusal("Unsupported", f"Cannot truncate a time to {unit!r}")
    ticks, day = _ticks(values[0])

    def truncate(all):
        if unit not in _clock_parts:
            return _first_days(np.floor_divide(all, day), unit) * day
        if day == 1:
            return all
        size = day // 86_400 * _clock_parts[unit][0]
        return np.floor_divide(all, size) * size

    result = _each(truncate, ticks, kind=pa.int64())
    return result.cast(pa.int32()).cast(kind) if pa.types.is_date32(kind) else result.cast(kind)


def _to_date(values, kind, options):
    ticks, day = _ticks(values[0])
    return _each(lambda all: np.floor_divide(all, day), ticks, kind=pa.int64()).cast(pa.int32()).cast(kind)


def _round_half_away(values, kind, options):
    return _each(lambda all: np.trunc(all) + np.trunc(2 * (all - np.trunc(all))), values[0], kind=kind)


def _sign(values, kind, options):
    if pa.types.is_floating(kind):
        return _each(lambda all: np.where(np.isnan(all) | (all == 0), all, np.sign(all)), values[0], kind=kind)
    return pc.sign(values[0]).cast(kind)


def _element(function):
    def compute(values, kind, options):
        return function(*values)

    return compute


def _extreme(function):
    def compute(values, kind, options):
        return function(*values, skip_nulls=True)

    return compute


def _logarithm(function):
    """Below 0 NaN, at it minus infinity."""
    return lambda values, kind, options: _each(function, *values, kind=kind)


_comparisons = {
    "eq": pc.equal,
    "neq": pc.not_equal,
    "lt": pc.less,
    "lte": pc.less_equal,
    "gt": pc.greater,
    "gte": pc.greater_equal,
}

_functions = {
    **{name: _element(kernel) for name, kernel in _comparisons.items()},
    "and": _element(pc.and_kleene),
    "or": _element(pc.or_kleene),
    "not": _element(pc.invert),
    "isNull": lambda values, kind, options: pc.is_null(values[0]),
    "isIn": _is_in,
    "orderKey": order_key,
    "fromOrderKey": from_order_key,
    "bytesKey": _bytes_key,
    "fromBytesKey": _from_bytes_key,
    "cast": _cast,
    "castOrNull": _cast_or_null,
    "toFloat": _to_float,
    "floatToWhole": _float_to_whole,
    "wholeToText": _whole_to_text,
    "addWhole": _element(pc.add_checked),
    "subtractWhole": _element(pc.subtract_checked),
    "multiplyWhole": _element(pc.multiply_checked),
    "divideWhole": _int_divide,
    "moduloWhole": _int_modulo,
    "negateWhole": _element(pc.negate_checked),
    "absWhole": _element(pc.abs_checked),
    "addFloat": lambda values, kind, options: _each(operator.add, *values, kind=kind),
    "subtractFloat": lambda values, kind, options: _each(operator.sub, *values, kind=kind),
    "multiplyFloat": lambda values, kind, options: _each(operator.mul, *values, kind=kind),
    "divideFloat": _float_divide,
    "moduloFloat": _float_modulo,
    "negateFloat": lambda values, kind, options: _each(np.negative, *values, kind=kind),
    "absFloat": lambda values, kind, options: _each(np.abs, *values, kind=kind),
    "addDecimal": _decimal_sum(pc.add),
    "subtractDecimal": _decimal_sum(pc.subtract),
    "multiplyDecimal": _decimal_product,
    "negateDecimal": _element(pc.negate),
    "absDecimal": _element(pc.abs),
    "sign": _sign,
    "floor": _logarithm(np.floor),
    "ceil": _logarithm(np.ceil),
    "trunc": _logarithm(np.trunc),
    "round": _round_half_away,
    "sqrt": _logarithm(np.sqrt),
    "isNaN": lambda values, kind, options: pc.is_nan(values[0]),
    "greatest": _extreme(pc.max_element_wise),
    "least": _extreme(pc.min_element_wise),
    "nullIf": lambda values, kind, options: pc.if_else(
        pc.fill_null(values[0], False), pa.scalar(None, values[1].type), values[1]
    ),
    "length": lambda values, kind, options: pc.utf8_length(values[0]).cast(kind),
    "upper": _element(pc.utf8_upper),
    "lower": _element(pc.utf8_lower),
    "trim": lambda values, kind, options: pc.utf8_trim(values[0], " "),
    "trimStart": lambda values, kind, options: pc.utf8_ltrim(values[0], " "),
    "trimEnd": lambda values, kind, options: pc.utf8_rtrim(values[0], " "),
    "joinTexts": _join_texts,
    "slice": _slice,
    "contains": _pattern(pc.match_substring),
    "startsWith": _pattern(pc.starts_with),
    "endsWith": _pattern(pc.ends_with),
    "matches": _pattern(pc.match_substring_regex),
    "replace": _replace(pc.replace_substring),
    "datePart": _date_part,
    "dateTrunc": _date_trunc,
    "toDate": _to_date,
    "listLength": lambda values, kind, options: pc.list_value_length(values[0]).cast(kind),
    "field": lambda values, kind, options: pc.struct_field(values[0], [options["index"]]),
    "sumLow": _sum_low,
    "sumHigh": _sum_high,
    "sumOfParts": _sum_of_parts,
    "meanOfParts": _mean_of_parts,
    "word": _word,
    "sumOfWords": _sum_of_words,
    "meanOfWords": _mean_of_words,
    "sumOfValues": _sum_of_values,
    "meanOfValues": _mean_of_values,
    "ntile": _ntile,
    "percentRank": _percent_rank,
    "cumeDist": _cume_dist,
}
