"""What the beginnings of ranges of time are, and how many lie between two times, by Python's zoneinfo and minute by minute.

Takes {zone: [[earlier, later], ...]} in whole minutes since 1970 as JSON; prints, by zone and function, a value for each pair.
"""

import json
import sys
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MONDAY = date(1970, 1, 5).toordinal()
HOURS = [1, 2, 3, 6, 12]
MINUTES = [7, 15, 30, 90]
DAYS = [1, 5, 7, 14, 21]
MONTHS = [1, 3, 5, 7, 12, 36]


class Clock:
    def __init__(self, name: str):
        self.zone = ZoneInfo(name)
        self.known: dict[int, int] = {}

    def local(self, minute: int) -> int:
        if minute not in self.known:
            offset = (EPOCH + timedelta(minutes=minute)).astimezone(self.zone).utcoffset()
            self.known[minute] = minute + int(offset.total_seconds()) // 60
        return self.known[minute]

    def day(self, minute: int) -> date:
        return (EPOCH + timedelta(minutes=self.local(minute))).date()

    def beginning(self, minute: int, size: int) -> int:
        """Back to the last minute at which the clock shows the beginning, or has just jumped over it."""
        start = self.local(minute) // size * size
        while self.local(minute) > start:
            minute -= 1
        return minute if self.local(minute) == start else minute + 1

    def day_start(self, day: date) -> int:
        """The first minute of the day, or of the next one that the clock shows."""
        midnight = (day.toordinal() - EPOCH.date().toordinal()) * 1440
        minute = midnight - 1500
        while self.local(minute) < midnight:
            minute += 1
        return minute

    def begins(self, earlier: int, later: int, size: int) -> int:
        return sum(self.beginning(minute, size) == minute for minute in range(earlier + 1, later + 1))


def months(day: date) -> int:
    return (day.year - 1970) * 12 + day.month - 1


def month_start(count: int) -> date:
    return date(1970 + count // 12, count % 12 + 1, 1)


def day_bucket(day: date, size: int) -> date:
    origin = MONDAY if size % 7 == 0 else EPOCH.date().toordinal()
    return date.fromordinal((day.toordinal() - origin) // size * size + origin)


def counts(day: date) -> dict[str, int]:
    return {
        "year": day.year,
        "quarter": months(day) // 3,
        "month": months(day),
        "week": (day.toordinal() - MONDAY) // 7,
        "day": day.toordinal(),
    }


def answer(name: str, pairs: list) -> dict[str, list]:
    clock = Clock(name)
    found: dict[str, list] = {}
    for earlier, later in pairs:
        day = clock.day(later)
        values = {f"hours {size}": clock.beginning(later, size * 60) for size in HOURS}
        values |= {f"minutes {size}": clock.beginning(later, size) for size in MINUTES}
        values |= {f"days {size}": clock.day_start(day_bucket(day, size)) for size in DAYS}
        values |= {f"months {size}": clock.day_start(month_start(months(day) // size * size)) for size in MONTHS}
        values |= {"begun hour": clock.begins(earlier, later, 60), "begun minute": clock.begins(earlier, later, 1)}
        before, after = counts(clock.day(earlier)), counts(day)
        values |= {f"begun {unit}": after[unit] - before[unit] for unit in before}
        for key, value in values.items():
            found.setdefault(key, []).append(value)
    return found


json.dump({name: answer(name, pairs) for name, pairs in json.load(sys.stdin).items()}, sys.stdout)
