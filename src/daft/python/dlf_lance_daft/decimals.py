"""
Decimals as floats, digit for digit as DuckDB makes them of decimals, so that a frame has the same values there and here.
Arrow multiplies by a power of ten, which no float is below 1: its 2999.47 becomes 2999.4700000000003.
"""

import numpy as np
import pyarrow as pa

longest_decimal = 38

# Whole numbers up to this are floats.
_most_exact = 2**53
# Decimals of more digits than DuckDB keeps in 64 bits.
_most_digits_of_word = 18


def decimal_words(array: pa.Array) -> np.ndarray:
    """The low and the high word of each."""
    wide = array.cast(pa.decimal128(longest_decimal, array.type.scale))
    words = np.frombuffer(wide.buffers()[1], np.int64).reshape(-1, 2)
    return words[wide.offset : wide.offset + len(wide)]


def decimals_to_floats(array: pa.Array) -> pa.Array:
    """As float64."""
    if len(array) == 0:
        return pa.array([], pa.float64())
    scale, precision = array.type.scale, array.type.precision
    low, high = decimal_words(array).T
    is_null = array.is_null().to_numpy(zero_copy_only=False)
    is_exact = (high == low >> 63) & (low >= -_most_exact) & (low <= _most_exact)
    floats = low / float(f"1e{scale}")
    for place in np.flatnonzero(~is_exact & ~is_null):
        number = (int(high[place]) << 64) + int(low[place].view(np.uint64))
        floats[place] = _long_to_float(number, scale, precision)
    return pa.array(floats, mask=is_null)


def _long_to_float(number: int, scale: int, precision: int) -> float:
    to_float = float if precision <= _most_digits_of_word else _words_to_float
    if scale == 0:
        return to_float(number)
    whole, rest = divmod(abs(number), 10**scale)
    sign = -1 if number < 0 else 1
    return to_float(sign * whole) + to_float(sign * rest) / float(f"1e{scale}")


def _words_to_float(number: int) -> float:
    """Of 128 bits, a word after the other."""
    low, high = number & (2**64 - 1), number >> 64
    if high == -1:
        return -float(2**64 - 1 - low) - 1.0
    return float(low) + float(high) * 2.0**64
