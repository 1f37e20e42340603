/* Every function of quietline.h, right and wrong. */
#include "check.h"
#include "quietline.h"

#ifndef _WIN32
#include <pthread.h>
#include <unistd.h>
#endif

static quietline open_stream(int rate, int channels, int frame)
{
	quietline_config c = QUIETLINE_CONFIG;
	quietline s;

	c.sample_rate = rate;
	c.channels = channels;
	c.frame_size = frame;
	if (quietline_create(&s, &c) < 0) {
		fprintf(stderr, "create: %s\n", quietline_last_error());
		exit(1);
	}
	return s;
}

/* What is left of noise after a second, in dB. */
static double reduction(quietline s, int channels, int frames, int calls, int skip)
{
	float *x = guarded(sizeof(float) * frames * channels);
	double in = 0, out = 0;
	uint32_t seed = 7;
	int i, j;

	for (i = 0; i < calls; i++) {
		for (j = 0; j < frames * channels; j++) {
			x[j] = 0.05f * noise(&seed);
			if (i >= skip)
				in += x[j] * x[j];
		}
		CHECK(quietline_process_f32(s, x, x, frames) == 0, "process: %s", quietline_last_error());
		for (j = 0; j < frames * channels; j++)
			if (i >= skip)
				out += x[j] * x[j];
		CHECK(intact(x, sizeof(float) * frames * channels), "wrote beside the buffer");
	}
	release(x);
	return 10 * log10(in / (out + 1e-20));
}

/* Under valgrind everything takes fifty times longer: fewer rates, fewer calls. */
static int quick;

static void sound(void)
{
	static const int rates[] = {8000, 16000, 44100, 48000, 96000}, frames[] = {1, 7, 160, 441, 480, 4800};
	size_t r, f;
	int calls = quick ? 60 : 200, skip = quick ? 50 : 100;
	quietline s;
	double db;

	for (r = quick ? 3 : 0; r < (quick ? 4 : sizeof rates / sizeof *rates); r++) {
		s = open_stream(rates[r], 2, 0);
		db = reduction(s, 2, rates[r] / 100, calls, skip);
		CHECK(db >= 12, "%d Hz stereo: noise fell by %.1f dB, want 12", rates[r], db);
		CHECK(quietline_destroy(s) == 0, "destroy: %s", quietline_last_error());
	}
	for (f = quick ? 4 : 0; f < (quick ? 5 : sizeof frames / sizeof *frames); f++) {
		s = open_stream(48000, 1, 0);
		db = reduction(s, 1, frames[f], (quick ? 36000 : 96000) / frames[f], (quick ? 30000 : 48000) / frames[f]);
		CHECK(db >= 12, "%d frames a call: noise fell by %.1f dB, want 12", frames[f], db);
		quietline_destroy(s);
	}
	s = open_stream(48000, 1, 480);
	CHECK(quietline_latency(s) == 480, "latency %d, want 480", quietline_latency(s));
	CHECK(quietline_set_strength(s, QUIETLINE_MILD) == 0, "mild: %s", quietline_last_error());
	db = reduction(s, 1, 480, calls, skip);
	CHECK(db > 3 && db < 7, "mild: noise fell by %.1f dB, want 3 to 7", db);
	CHECK(quietline_set_limit_db(s, 12) == 0, "limit: %s", quietline_last_error());
	db = reduction(s, 1, 480, calls, skip);
	CHECK(db > 9 && db < 13, "12 dB: noise fell by %.1f dB, want 9 to 13", db);
	CHECK(quietline_set_strength(s, QUIETLINE_MAXIMUM) == 0, "maximum: %s", quietline_last_error());
	CHECK(quietline_set_enabled(s, 0) == 0, "off: %s", quietline_last_error());
	db = reduction(s, 1, 480, calls, skip);
	CHECK(fabs(db) < 0.1, "off: noise fell by %.2f dB, want 0", db);
	CHECK(quietline_set_enabled(s, 1) == 0, "on: %s", quietline_last_error());
	db = reduction(s, 1, 480, calls, skip);
	CHECK(db >= 20, "on again, maximum: noise fell by %.1f dB, want 20", db);
	quietline_destroy(s);
}

/* Off, what comes out is what went in: through process, in place, then flush. */
static void delayed(void)
{
	enum { N = 4800, PIECE = 50 };
	quietline s = open_stream(16000, 3, 0);
	int16_t *in = guarded(sizeof(int16_t) * 3 * N), *out = guarded(sizeof(int16_t) * 3 * N),
		tail[3 * PIECE];
	int late = quietline_latency(s), i, n, got = 0;
	uint32_t seed = 3;

	CHECK(late > 0 && late < 16000 / 50, "latency %d, want less than 20 ms", late);
	CHECK(quietline_set_strength(s, QUIETLINE_OFF) == 0, "%s", quietline_last_error());
	for (i = 0; i < 3 * N; i++)
		in[i] = (int16_t)(20000 * noise(&seed));
	for (i = 0; i < N; i += n) {
		n = i % 7 + 1 < N - i ? i % 7 + 1 : N - i;
		CHECK(quietline_process_s16(s, out + 3 * i, in + 3 * i, n) == 0, "%s", quietline_last_error());
	}
	for (i = 0; i < 3 * (N - late); i++)
		if (out[i + 3 * late] != in[i]) {
			CHECK(0, "sample %d is %d, want %d", i, out[i + 3 * late], in[i]);
			break;
		}
	while ((n = quietline_flush_s16(s, tail, PIECE)) > 0) {
		CHECK(got + n <= late, "flush gives more than the latency");
		if (got + n <= late)
			CHECK(memcmp(tail, in + 3 * (N - late + got), sizeof(int16_t) * 3 * n) == 0, "the tail differs");
		got += n;
	}
	CHECK(n == 0 && got == late, "flush gave %d frames, last %d; want %d", got, n, late);
	CHECK(quietline_reset(s) == 0, "%s", quietline_last_error());
	CHECK(intact(in, sizeof(int16_t) * 3 * N) && intact(out, sizeof(int16_t) * 3 * N), "wrote beside a buffer");
	quietline_destroy(s);
	release(in);
	release(out);
}

static void muted(void)
{
	quietline s = open_stream(48000, 1, 480);
	float x[480];
	int16_t y[480];
	int i, j, loud = 0, hops = quick ? 100 : 200;
	uint32_t seed = 9;
	quietline_stats st;

	for (i = 0; i < hops; i++) {
		for (j = 0; j < 480; j++)
			x[j] = 0.1f * noise(&seed), y[j] = (int16_t)(32768 * x[j]);
		CHECK((i % 2 ? quietline_observe_f32(s, x, 480) : quietline_observe_s16(s, y, 480)) == 0, "%s",
		      quietline_last_error());
	}
	for (j = 0; j < 480; j++)
		x[j] = 0;
	quietline_process_f32(s, x, x, 480);
	for (j = 0; j < 480; j++)
		loud += x[j] != 0;
	CHECK(loud == 0, "what was observed came out");
	CHECK(quietline_get_stats(s, &st, sizeof st) == 0, "%s", quietline_last_error());
	CHECK((int)st.hops == hops + 1, "%d hops, want %d", (int)st.hops, hops + 1);
	CHECK(st.noise_dbfs > -30 && st.noise_dbfs < -20, "noise at %.1f dBFS, want −25", st.noise_dbfs);
	CHECK(st.voice == 0 && quietline_speech_probability(s) >= 0 && quietline_speech_probability(s) < 0.5f,
	      "noise is taken for voice");
	quietline_destroy(s);
}

#define REFUSED(call, want)                                                                              \
	do {                                                                                             \
		int code_ = (int)(call);                                                                 \
		CHECK(code_ == (want), #call " gives %d, want %d", code_, (int)(want));                  \
		CHECK(strncmp(quietline_last_error(), "quietline: ", 11) == 0, #call " says \"%s\"", quietline_last_error()); \
	} while (0)

static void refused_by(quietline s, int want)
{
	float x[480] = {0};
	int16_t y[480] = {0};
	quietline_stats st;

	REFUSED(quietline_process_f32(s, x, x, 480), want);
	REFUSED(quietline_process_s16(s, y, y, 480), want);
	REFUSED(quietline_observe_f32(s, x, 480), want);
	REFUSED(quietline_observe_s16(s, y, 480), want);
	REFUSED(quietline_flush_f32(s, x, 480), want);
	REFUSED(quietline_flush_s16(s, y, 480), want);
	REFUSED(quietline_latency(s), want);
	REFUSED(quietline_set_strength(s, QUIETLINE_MILD), want);
	REFUSED(quietline_set_limit_db(s, 10), want);
	REFUSED(quietline_set_enabled(s, 1), want);
	REFUSED(quietline_speech_probability(s), want);
	REFUSED(quietline_get_stats(s, &st, sizeof st), want);
	REFUSED(quietline_reset(s), want);
}

static void refusals(void)
{
	quietline_config c = QUIETLINE_CONFIG;
	quietline s = open_stream(48000, 2, 480), old = s, next, other;
	float x[2 * 960 + 1] = {0};
	int i;

	refused_by(NULL, QUIETLINE_ERR_STREAM);
	CHECK(quietline_destroy(NULL) == 0, "destroying nothing fails");
	for (i = 1; i < 200; i += quick ? 70 : 7) {
		refused_by((quietline)(uintptr_t)i, QUIETLINE_ERR_STREAM);
		refused_by((quietline)(uintptr_t)(i * 0x0101010101010101ull), QUIETLINE_ERR_STREAM);
		refused_by((quietline)(uintptr_t)(((uintptr_t)s) + i), QUIETLINE_ERR_STREAM);
	}
	refused_by((quietline)x, QUIETLINE_ERR_STREAM);
	refused_by((quietline)~(uintptr_t)0, QUIETLINE_ERR_STREAM);

	REFUSED(quietline_process_f32(s, x, NULL, 480), QUIETLINE_ERR_ARGUMENT);
	REFUSED(quietline_process_f32(s, NULL, x, 480), QUIETLINE_ERR_ARGUMENT);
	REFUSED(quietline_process_f32(s, (float *)((char *)x + 1), x, 480), QUIETLINE_ERR_ARGUMENT);
	REFUSED(quietline_process_f32(s, x + 1, x, 480), QUIETLINE_ERR_ARGUMENT);
	REFUSED(quietline_process_f32(s, x, x + 2 * 480 - 1, 480), QUIETLINE_ERR_ARGUMENT);
	CHECK(quietline_process_f32(s, x, x + 2 * 480, 480) == 0, "buffers side by side are refused");
	REFUSED(quietline_process_f32(s, x, x, 479), QUIETLINE_ERR_FRAMES);
	REFUSED(quietline_process_f32(s, x, x, (size_t)-1), QUIETLINE_ERR_FRAMES);
	CHECK(quietline_process_f32(s, NULL, NULL, 0) == 0, "no frames are refused");
	REFUSED(quietline_observe_f32(s, NULL, 480), QUIETLINE_ERR_ARGUMENT);
	REFUSED(quietline_flush_f32(s, NULL, 480), QUIETLINE_ERR_ARGUMENT);
	REFUSED(quietline_set_strength(s, 6), QUIETLINE_ERR_ARGUMENT);
	REFUSED(quietline_set_strength(s, -1), QUIETLINE_ERR_ARGUMENT);
	REFUSED(quietline_get_stats(s, NULL, 0), QUIETLINE_ERR_ARGUMENT);
	REFUSED(quietline_get_stats(s, (quietline_stats *)x, sizeof(quietline_stats) + 1), QUIETLINE_ERR_ARGUMENT);

	/* A ticket of before, with its place taken again. */
	CHECK(quietline_destroy(s) == 0, "destroy: %s", quietline_last_error());
	next = open_stream(48000, 1, 480);
	CHECK(next != old, "an old ticket came again");
	refused_by(old, QUIETLINE_ERR_STREAM);
	REFUSED(quietline_destroy(old), QUIETLINE_ERR_STREAM);
	CHECK(quietline_process_f32(next, x, x, 480) == 0, "the next stream: %s", quietline_last_error());
	CHECK(quietline_destroy(next) == 0, "destroy: %s", quietline_last_error());

	REFUSED(quietline_create(NULL, &c), QUIETLINE_ERR_ARGUMENT);
	REFUSED(quietline_create(&other, NULL), QUIETLINE_ERR_ARGUMENT);
	REFUSED(quietline_create(&other, &c), QUIETLINE_ERR_CONFIG); /* no rate */
	CHECK(other == NULL, "a stream was written on failure");
	CHECK(strstr(quietline_last_error(), "8000") != NULL, "\"%s\" does not say what rates there are",
	      quietline_last_error());
	c.sample_rate = 48000;
	c.size = 1;
	REFUSED(quietline_create(&other, &c), QUIETLINE_ERR_CONFIG);
	c.size = sizeof c;
#define BAD(field, value)                                                  \
	do {                                                               \
		quietline_config bad = c;                                  \
		bad.field = value;                                         \
		REFUSED(quietline_create(&other, &bad), QUIETLINE_ERR_CONFIG); \
	} while (0)
	BAD(sample_rate, 7999);
	BAD(sample_rate, -1);
	BAD(sample_rate, 192001);
	BAD(channels, -1);
	BAD(channels, 65);
	BAD(frame_size, -1);
	BAD(strength, 6);
	BAD(strength, -1);
	BAD(engine, 5);
	BAD(link, 3);
	BAD(limit_db, 91);
	BAD(limit_db, NAN);
	for (i = -9; i <= 1; i++)
		CHECK(strncmp(quietline_strerror(i), "quietline: ", 11) == 0, "strerror(%d) is \"%s\"", i,
		      quietline_strerror(i));
	CHECK(strncmp(quietline_version(), "Quietline ", 10) == 0, "version \"%s\"", quietline_version());
	CHECK(quietline_abi() == QUIETLINE_ABI, "abi %d", quietline_abi());
}

#ifndef _WIN32
static void *worker(void *arg)
{
	quietline s = open_stream(48000, 1, 480);
	double db;

	(void)arg;
	db = reduction(s, 1, 480, quick ? 60 : 300, quick ? 50 : 100);
	CHECK(db >= 12, "in a thread noise fell by %.1f dB, want 12", db);
	quietline_latency(NULL);
	CHECK(strstr(quietline_last_error(), "no such stream") != NULL, "the thread's error is \"%s\"",
	      quietline_last_error());
	CHECK(quietline_destroy(s) == 0, "destroy: %s", quietline_last_error());
	return NULL;
}

/* Misuse: one stream from several threads, and destroyed under them. */
static quietline shared;
static volatile int ran, turned_away;

static void *intruder(void *arg)
{
	float x[4800] = {0};
	int i, code;

	(void)arg;
	for (i = 0; i < (quick ? 100 : 500); i++) {
		code = quietline_process_f32(shared, x, x, quick ? 480 : 4800);
		if (code == QUIETLINE_OK)
			__atomic_add_fetch(&ran, 1, __ATOMIC_RELAXED);
		else
			__atomic_add_fetch(&turned_away, 1, __ATOMIC_RELAXED);
		CHECK(code == QUIETLINE_OK || code == QUIETLINE_ERR_BUSY || code == QUIETLINE_ERR_STREAM, "code %d", code);
		quietline_set_strength(shared, i % 6);
		quietline_speech_probability(shared);
	}
	return NULL;
}

static void threads(void)
{
	pthread_t t[6];
	int i;

	for (i = 0; i < (quick ? 2 : 6); i++)
		pthread_create(&t[i], NULL, worker, NULL);
	while (i-- > 0)
		pthread_join(t[i], NULL);

	shared = open_stream(48000, 1, 0);
	for (i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, intruder, NULL);
	for (i = 0; i < 30000 && __atomic_load_n(&ran, __ATOMIC_RELAXED) < 20; i++) {
		quietline_latency(shared);
		usleep(1000); /* valgrind runs one thread at a time */
	}
	for (i = 0; i < 10000000 && quietline_destroy(shared) == QUIETLINE_ERR_BUSY; i++)
		;
	for (i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	CHECK(ran > 0 && (quick || turned_away > 0), "%d calls ran, %d were turned away: want some of both", ran, turned_away);
	refused_by(shared, QUIETLINE_ERR_STREAM);
}
#else
static void threads(void) {}
#endif

int main(int argc, char **argv)
{
	(void)argv;
	quick = argc > 1;
	CHECK(quietline_last_error()[0] == 0, "an error before the first call");
	sound();
	delayed();
	muted();
	refusals();
	threads();
	if (failures)
		return 1;
	puts("api: ok");
	return 0;
}
