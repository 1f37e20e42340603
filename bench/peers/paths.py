"""Where the peers live: everything installed is under bench/.venv and bench/.cache, which git ignores."""
from pathlib import Path

HERE = Path(__file__).resolve().parent
BENCH = HERE.parent
VENV = BENCH / ".venv" / "peers"
CACHE = BENCH / ".cache" / "peers"
DOWNLOADS = CACHE / "downloads"  # package files as fetched
SOURCES = CACHE / "src"          # unpacked packages
LIB = CACHE / "lib"              # shared libraries, built here or taken from packages
MODELS = CACHE / "models"        # network weights
