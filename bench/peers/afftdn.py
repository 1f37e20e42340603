"""FFmpeg's afftdn, run as a program.

Its processor time (user and system, by the operating system's account of the child) includes starting the program and
copying the sound, which would outweigh the filter on short files; so the filter anull is run on the same file and its
time subtracted.  Each is the shorter of two runs."""
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path

import wav
from paths import CACHE
from system import System, Unavailable


class Afftdn(System):
    delay = 1200

    def __init__(self, options):
        self.filter = "afftdn" + ("=" + options if options else "")

    def open(self):
        own = CACHE / "bin" / "ffmpeg"
        self.binary = str(own) if own.exists() else shutil.which("ffmpeg")
        if not self.binary:
            raise Unavailable("ffmpeg is not installed")
        try:
            out = subprocess.run([self.binary, "-version"], capture_output=True, text=True, timeout=60).stdout
        except (OSError, subprocess.TimeoutExpired) as e:
            raise Unavailable(str(e))
        self.version = " ".join(out.split()[:3]) + ", " + self.filter

    def run(self, source, target, audio_filter):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        p = subprocess.run([self.binary, "-v", "error", "-nostdin", "-y", "-threads", "1", "-filter_threads", "1", "-i", source,
                            "-af", audio_filter, "-c:a", "pcm_s16le", "-threads", "1", target], capture_output=True, text=True)
        if p.returncode:
            raise RuntimeError("peers: ffmpeg: " + p.stderr.strip()[:200])
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def process(self, x):
        with tempfile.TemporaryDirectory() as d:
            source, target, copy = (str(Path(d) / f) for f in ("in.wav", "out.wav", "copy.wav"))
            wav.write(source, x, self.rate)
            base = min(self.run(source, copy, "anull") for _ in range(2))
            cost = min(self.run(source, target, self.filter) for _ in range(2))
            return wav.read(target)[0], None, max(0, int((cost - base) * 1e9))
