import os
import sys

# TVM's CUDA source is wanted whether or not this machine has a GPU.
os.environ["TVM_COMPILE_FORCE_FALLBACK"] = "1"

from .cli import main  # noqa: E402

sys.exit(main())
