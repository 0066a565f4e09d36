"""How sure a share of the class is: a 95% band around it.

What counts as one observation is a student, not a frame. The readings of one face within a few
seconds are nearly one reading many times over, so counting frames would make any band as narrow
as the camera is fast. The effective sample size is therefore the number of students read at a
time, averaged over the frames. It is on the safe side: of ``w`` readings a student in ``f`` frames,
Kish's effective sample size (sum w)^2 / sum w^2 (Kish, 1965, "Survey Sampling") is never less
than (sum w) / f, since nobody is read more than once a frame.

A reading that Live holds until the face is read again (``Expressions.age``) is no observation more:
it counts for the student whom it is of, and each student counts at most once, whether read three
times in a second or held all through it. Behind each is a true reading, no older than the hold.

The band speaks of chance alone: who happened to be legible, and when. A model that misreads a
face does so inside the band as well; ``agreement`` measures that.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Z: Final = 1.959963984540054
"""Standard deviations on either side that hold 95% of a normal distribution."""

Band = tuple[NDArray[np.float64], NDArray[np.float64]]


def share_band(shares: ArrayLike, n_effective: ArrayLike, z: ArrayLike = Z) -> Band:
    """Wilson's score interval of each share.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal
    of the American Statistical Association 22, 1927. Unlike the usual share plus and minus two
    standard errors it holds for small classes and for shares of 0 and 1, and never leaves 0..1
    (Brown, Cai & DasGupta, 2001, "Interval estimation for a binomial proportion").
    Each share has its own band; they do not hold all at once with 95%.

    Args:
        shares: of any shape, 0..1.
        n_effective: independent observations behind each share, may be a fraction; of a shape
            that broadcasts against ``shares``.
        z: standard deviations, by default those of 95%; of a shape that broadcasts, too.

    Returns:
        low, high: of the common shape; NaN where the share is NaN or nothing was observed.
    """
    arrays = (np.asarray(one, np.float64) for one in (shares, n_effective, z))
    p, n, z = np.broadcast_arrays(*arrays)
    n = np.where(n > 0, n, np.nan)
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    # Rounding may leave a band a hair beyond 0..1, or beside a share of 0 or 1.
    return np.clip(centre - half, 0.0, np.fmin(p, 1.0)), np.clip(centre + half, np.fmax(p, 0), 1.0)
