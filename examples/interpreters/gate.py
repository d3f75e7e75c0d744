"""Decide from measured results whether a workload may move to an interpreter pool.

Exit status: 0 adopt, 1 do not adopt, 2 undecided because the data is too noisy, 3 refused
because the results cannot be judged. The rounds of several files count together.

python -m examples.interpreters.gate results.json
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from examples.interpreters.analysis import admission, margins, results
from examples.interpreters.analysis.judgement import ORDER, judge
from examples.interpreters.analysis.results import ResultsError
from examples.interpreters.report import verdicts
from examples.interpreters.report.printing import say


def main() -> None:
    """Parse the command line, judge, print, exit with the verdict."""
    parser = argparse.ArgumentParser(prog="gate", usage="%(prog)s [options] results.json ...")
    parser.description = __doc__
    parser.add_argument("results", type=Path, nargs="+")
    parser.add_argument("--workload", help="judge only this one")
    options = parser.parse_args()
    wanted = margins.read()
    try:
        measured = results.read(*options.results)
        admission.check(measured, wanted, datetime.now(UTC))
        names = [options.workload] if options.workload else list(measured.comparisons)
        judged = [judge(name, measured, wanted) for name in names]
    except (OSError, ResultsError) as error:
        print(f"refused: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(3)
    for judgement in judged:
        say(verdicts.plain(judgement))
    # Of several workloads, the worst verdict sets the status.
    sys.exit(max((judgement.verdict for judgement in judged), key=ORDER.index))


if __name__ == "__main__":
    main()
