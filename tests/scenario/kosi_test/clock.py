"""The wall clock of a node's daemons, set and stepped by a test."""
import datetime
import time
from pathlib import Path
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


class Clock:
    """clock = Clock(tmp_path, "2027-01-11 10:00"); make_node(environment=clock.environment); clock.go("2027-01-12 09:00"); clock.step(days=1)

    clock.wrong(days=40) sets the machine's clock wrong, which is not what passes; clock.wrong() sets it right. After clock.unset() daemons that
    are started do not know whether somebody has set it yet.

    Times without a zone are those of clocks in the city. Between steps it goes on as usual.
    """

    def __init__(self, directory, now):
        self.file = Path(directory) / "clock"
        self.error, self.more = 0, ""
        self.environment = {"KOSI_TEST_CLOCK": str(self.file)}
        self.go(now)

    def go(self, when):
        moment = datetime.datetime.fromisoformat(when)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=BERLIN)
        self._set(moment.timestamp() - time.time())

    def step(self, **delta):
        self._set(self.offset + datetime.timedelta(**delta).total_seconds())

    def wrong(self, **by):
        self.error = datetime.timedelta(**by).total_seconds()
        self._set(self.offset)

    def unset(self):
        self.more = " 0"
        self._set(self.offset)

    def _set(self, offset):
        self.offset = offset
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{int(offset * 1e6)} {int(self.error * 1e6)}{self.more}")
        fresh.rename(self.file)   # never half written

    def now(self):
        return datetime.datetime.fromtimestamp(time.time() + self.offset, BERLIN)
