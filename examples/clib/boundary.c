/* What quietline.h promises of pointers and lengths: checked here, before the
 * call goes into Go. */
#define QUIETLINE_BUILD
#include "_cgo_export.h"
#include "quietline.h"

#include <stdio.h>
#include <string.h>

/* The words of the thread's last error. */
static _Thread_local char last[512];

const char *quietline_last_error(void) { return last; }

const char *quietline_strerror(int error)
{
	switch (error) {
	case QUIETLINE_ERR_STREAM:
		return "quietline: no such stream: want one from quietline_create that was not destroyed";
	case QUIETLINE_ERR_CONFIG:
		return "quietline: a field of the configuration cannot be used";
	case QUIETLINE_ERR_ARGUMENT:
		return "quietline: an argument cannot be used";
	case QUIETLINE_ERR_FRAMES:
		return "quietline: the number of frames is too large or no multiple of the frame_size that was promised";
	case QUIETLINE_ERR_BUSY:
		return "quietline: the stream runs in another thread: want one thread at a time";
	case QUIETLINE_ERR_LIMIT:
		return "quietline: no room for another stream";
	case QUIETLINE_ERR_INTERNAL:
		return "quietline: a defect of the library, please report it";
	}
	return error < 0 ? "quietline: an error that this version does not know" : "quietline: no error";
}

/* Keeps the words of a failure and returns its code; others pass. */
static int said(int code)
{
	if (code < 0)
		snprintf(last, sizeof last, "%s", quietline_strerror(code));
	return code;
}

static int wrong(const char *what)
{
	snprintf(last, sizeof last, "quietline: %s", what);
	return QUIETLINE_ERR_ARGUMENT;
}

static uint64_t ticket(quietline s) { return (uint64_t)(uintptr_t)s; }

const char *quietline_version(void) { return quietline_go_version(); }

int quietline_abi(void) { return QUIETLINE_ABI; }

int quietline_create(quietline *stream, const quietline_config *config)
{
	uint64_t t = 0;
	int code;

	if (stream == NULL)
		return wrong("quietline_create has nowhere to write the stream: stream is NULL");
	*stream = NULL;
	if (config == NULL)
		return wrong("quietline_create has no configuration: config is NULL");
	if (config->size != sizeof *config) {
		snprintf(last, sizeof last,
			 "quietline: config.size is %lu: want sizeof(quietline_config), which is %lu here; start from QUIETLINE_CONFIG",
			 (unsigned long)config->size, (unsigned long)sizeof *config);
		return QUIETLINE_ERR_CONFIG;
	}
	last[0] = 0;
	code = quietline_go_create(&t, (quietline_config *)config, last, sizeof last);
	if (code < 0)
		return last[0] ? code : said(code);
	*stream = (quietline)(uintptr_t)t;
	return code;
}

int quietline_destroy(quietline s)
{
	return s == NULL ? QUIETLINE_OK : said(quietline_go_destroy(ticket(s)));
}

/* Refuses buffers that are missing or out of line. */
static const char *unfit(const void *out, const void *in, size_t frames, size_t size)
{
	if (frames == 0)
		return NULL;
	if (out == NULL || in == NULL)
		return "no samples: out or in is NULL";
	if ((uintptr_t)out % size != 0 || (uintptr_t)in % size != 0)
		return "out or in is not aligned as its samples must be";
	return NULL;
}

/* The end of a process call: there the one argument that Go refuses is overlap,
 * because only the stream knows how long the buffers are. */
static int processed(int code)
{
	return code == QUIETLINE_ERR_ARGUMENT ? wrong("out and in overlap: they may be the same or apart") : said(code);
}

int quietline_process_f32(quietline s, float *out, const float *in, size_t frames)
{
	const char *why = unfit(out, in, frames, sizeof *in);
	return why ? wrong(why) : processed(quietline_go_process_f32(ticket(s), out, (float *)in, frames));
}

int quietline_process_s16(quietline s, int16_t *out, const int16_t *in, size_t frames)
{
	const char *why = unfit(out, in, frames, sizeof *in);
	return why ? wrong(why) : processed(quietline_go_process_s16(ticket(s), out, (int16_t *)in, frames));
}

int quietline_observe_f32(quietline s, const float *in, size_t frames)
{
	const char *why = unfit(in, in, frames, sizeof *in);
	return why ? wrong(why) : said(quietline_go_observe_f32(ticket(s), (float *)in, frames));
}

int quietline_observe_s16(quietline s, const int16_t *in, size_t frames)
{
	const char *why = unfit(in, in, frames, sizeof *in);
	return why ? wrong(why) : said(quietline_go_observe_s16(ticket(s), (int16_t *)in, frames));
}

int quietline_flush_f32(quietline s, float *out, size_t frames)
{
	const char *why = unfit(out, out, frames, sizeof *out);
	return why ? wrong(why) : said(quietline_go_flush_f32(ticket(s), out, frames));
}

int quietline_flush_s16(quietline s, int16_t *out, size_t frames)
{
	const char *why = unfit(out, out, frames, sizeof *out);
	return why ? wrong(why) : said(quietline_go_flush_s16(ticket(s), out, frames));
}

int quietline_reset(quietline s) { return said(quietline_go_reset(ticket(s))); }

int quietline_latency(quietline s) { return said(quietline_go_latency(ticket(s))); }

int quietline_set_strength(quietline s, int strength)
{
	int code = quietline_go_set_strength(ticket(s), strength);

	if (code == QUIETLINE_ERR_ARGUMENT) {
		snprintf(last, sizeof last, "quietline: strength %d is unknown: want %d to %d", strength, QUIETLINE_DEFAULT,
			 QUIETLINE_MAXIMUM);
		return code;
	}
	return said(code);
}

int quietline_set_limit_db(quietline s, double db) { return said(quietline_go_set_limit_db(ticket(s), db)); }

int quietline_set_enabled(quietline s, int enabled) { return said(quietline_go_set_enabled(ticket(s), enabled)); }

float quietline_speech_probability(quietline s)
{
	quietline_stats stats;
	int code = said(quietline_go_stats(ticket(s), &stats));

	return code < 0 ? (float)code : (float)stats.speech_probability;
}

int quietline_get_stats(quietline s, quietline_stats *stats, size_t size)
{
	quietline_stats all;
	int code;

	if (stats == NULL)
		return wrong("quietline_get_stats has nowhere to write: stats is NULL");
	if (size > sizeof all)
		return wrong("quietline_get_stats was asked for more statistics than this version has");
	code = said(quietline_go_stats(ticket(s), &all));
	if (code == QUIETLINE_OK)
		memcpy(stats, &all, size);
	return code;
}
