"""Compilation of the peers' sources into shared libraries, each in three builds: NAME-native.so with
-O3 -march=native, NAME-avx2.so with -O3 for AVX2 (which valgrind can count, AVX-512 it cannot) and NAME-o2.so with plain
-O2 (what a distribution ships)."""
import platform
import shutil

from fetch import Skip, run
from paths import CACHE, HERE, LIB

BUILDS = {"native": ["-O3", "-march=native"], "avx2": ["-O3", "-march=x86-64-v3"], "o2": ["-O2"]}
if platform.machine() not in ("x86_64", "AMD64"):
    del BUILDS["avx2"]
CSRC = HERE / "csrc"


def _shared(compiler, out, sources, flags, link):
    tmp = out.with_name(out.name + ".tmp")
    run([compiler, "-shared", "-fPIC", "-w", "-DNDEBUG", *flags, "-Wl,-Bsymbolic", "-Wl,-z,defs", "-o", tmp, *sources, *link], timeout=900)
    tmp.rename(out)


def library(name, sources, flags=(), special=None):
    """Builds what is missing.  special: {source: extra flags}.  Skip when there is no compiler."""
    special = special or {}
    compiler = "g++" if any(str(s).endswith(".cc") for s in sources) else "gcc"
    if not shutil.which(compiler):
        raise Skip("no C compiler (%s)" % compiler)
    LIB.mkdir(parents=True, exist_ok=True)
    for build, optimise in BUILDS.items():
        out = LIB / ("lib%s-%s.so" % (name, build))
        if out.exists():
            continue
        objects = []
        for s, extra in special.items():
            o = out.with_name("%s.%s.o" % (out.stem, s.stem))
            run(["gcc" if s.suffix == ".c" else compiler, "-c", "-fPIC", "-w", "-DNDEBUG", *optimise, *flags, *extra, "-o", o, s])
            objects.append(o)
        _shared(compiler, out, [s for s in sources if s not in special] + objects, [*optimise, *flags], ["-lm"])
        for o in objects:
            o.unlink()


def loops():
    """The loops that call the peers.  Rebuilt every time: they are ours and small."""
    if not shutil.which("gcc"):
        raise Skip("no C compiler (gcc)")
    LIB.mkdir(parents=True, exist_ok=True)
    _shared("gcc", LIB / "libpeerloops.so", [CSRC / "loops.c"], ["-O2"], [])


def rnnoise01(src):
    c = src / "rnnoise" / "src"
    library("rnnoise01", [c / f for f in ("celt_lpc.c", "denoise.c", "kiss_fft.c", "pitch.c", "rnn.c", "rnn_data.c", "rnn_reader.c")],
            ["-I", src / "rnnoise" / "include", "-I", c])


def rnnoise02(src, model, weights_c, header, edit=None):
    """model: "small" or "main".  edit: (old, new) for rnn.c, see install.py."""
    gen = CACHE / "gen" / ("rnnoise02" + model)
    gen.mkdir(parents=True, exist_ok=True)
    c = src / "rnnoise" / "src"
    (gen / "rnnoise_data.h").write_text(header.read_text())
    rnn = (c / "rnn.c").read_text()
    for old, new in edit or ():
        if old not in rnn:
            raise Skip("rnn.c is not as expected")
        rnn = rnn.replace(old, new)
    (gen / "rnn.c").write_text(rnn)
    files = ["denoise.c", "pitch.c", "kiss_fft.c", "celt_lpc.c", "nnet.c", "nnet_default.c", "parse_lpcnet_weights.c",
             "rnnoise_tables.c"]
    library("rnnoise02" + model, [c / f for f in files] + [gen / "rnn.c", weights_c],
            ["-I", gen, "-I", src / "rnnoise" / "include", "-I", c])


def speexdsp(src):
    # The upstream configuration on x86: floating point, the FFT of smallft.c.  The headers are copied because
    # speexdsp_types.h expects the file that configure generates beside it.
    inc = CACHE / "gen" / "speexdsp" / "speex"
    if not inc.exists():
        shutil.copytree(src / "include" / "speex", inc)
    (inc / "speexdsp_config_types.h").write_text("#include <stdint.h>\n" + "".join(
        "typedef %sint%d_t spx_%sint%d_t;\n" % (u, n, u, n) for n in (16, 32) for u in ("", "u")))
    c = src / "libspeexdsp"
    library("speexdsp", [c / f for f in ("preprocess.c", "fftwrap.c", "smallft.c", "filterbank.c", "mdf.c")],
            ["-DFLOATING_POINT", "-DUSE_SMALLFT", "-DEXPORT=", "-DVAR_ARRAYS", "-I", inc.parent])


ABSL = ["base/config.h", "base/nullability.h", "functional/any_invocable.h", "meta/type_traits.h",
        "strings/has_absl_stringify.h", "strings/str_cat.h", "strings/string_view.h"]


def webrtc_ns(src):
    w = src / "webrtc-audio-processing" / "webrtc"
    gen = CACHE / "gen" / "absl"
    for h in ABSL:
        f = gen / "absl" / h
        f.parent.mkdir(parents=True, exist_ok=True)
        f.write_text('#include "absl_names.h"\n')
    apm, audio = w / "modules" / "audio_processing", w / "common_audio"
    spl = audio / "signal_processing"
    sinc = audio / "resampler"  # linked by the audio buffer, never called at equal rates
    splitting, avx2 = spl / "splitting_filter.c", sinc / "sinc_resampler_avx2.cc"
    library("webrtcns", sorted((apm / "ns").glob("*.cc")) + [
        apm / "audio_buffer.cc", apm / "splitting_filter.cc", apm / "three_band_filter_bank.cc",
        audio / "audio_util.cc", audio / "channel_buffer.cc", sinc / "push_sinc_resampler.cc",
        sinc / "sinc_resampler.cc", sinc / "sinc_resampler_sse.cc", avx2,
        audio / "third_party" / "ooura" / "fft_size_256" / "fft4g.cc",
        w / "rtc_base" / "checks.cc", w / "rtc_base" / "memory" / "aligned_malloc.cc", w / "system_wrappers" / "source" / "cpu_features.cc",
        splitting, CSRC / "webrtc_ns.cc"],
            ["-std=c++17", "-fvisibility=hidden", "-DWEBRTC_POSIX", "-DWEBRTC_LINUX", "-I", w, "-I", gen, "-I", CSRC],
            {splitting: ["-std=gnu11"], avx2: ["-mavx2", "-mfma"]})


def fvad(src):
    c = src / "resources" / "libfvad"
    library("fvad", sorted((c / "src").glob("*/*.c")) + [c / "src" / "fvad.c"], ["-I", c / "include", "-I", c / "src"])
