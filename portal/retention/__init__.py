"""What is kept how long: values that tell of persons and cases go when their term is over."""

from portal.retention.run import Batch, run

__all__ = ["Batch", "run"]
