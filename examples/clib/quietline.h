/* quietline.h: noise cancellation for voice calls, from C.
 *
 *   quietline_config config = QUIETLINE_CONFIG;
 *   quietline stream;
 *   config.sample_rate = 48000;
 *   config.frame_size = 480;
 *   if (quietline_create(&stream, &config) < 0)
 *       return fail(quietline_last_error());
 *   while (read_pcm(pcm, 480))
 *       quietline_process_f32(stream, pcm, pcm, 480);
 *   quietline_destroy(stream);
 *
 * Samples are interleaved: frame 0 of all channels, frame 1 of all channels, …
 * A frame here is one sample of every channel; every count below is in frames.
 *
 * Errors. Every function that can fail returns a negative quietline_error and
 * says in words what was wrong in quietline_last_error(). A stream is a ticket,
 * not an address: NULL, a number that was never a stream, and a stream that was
 * destroyed are answered with QUIETLINE_ERR_STREAM and never followed. Buffers
 * are plain memory and must be as long as the call says.
 *
 * Threads. Different streams may run at the same time in different threads.
 * process, observe, flush, reset and destroy of one stream belong to one thread
 * at a time; a call that finds another one running in the stream returns
 * QUIETLINE_ERR_BUSY and has done nothing. Set functions, latency,
 * speech_probability and get_stats may be called from any thread at any time,
 * also while the stream runs, and never wait. process and observe neither
 * allocate nor lock.
 *
 * The library holds the Go runtime: it cannot be unloaded with dlclose, and a
 * child of fork() may only exec or exit. Call nothing of it from a constructor or DllMain.
 */
#ifndef QUIETLINE_H
#define QUIETLINE_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32) && defined(QUIETLINE_BUILD)
#define QUIETLINE_API __declspec(dllexport)
#else
#define QUIETLINE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Increased when a program compiled with an older header would break. */
#define QUIETLINE_ABI 1

/* A stream of audio: NULL or what quietline_create wrote. */
typedef struct quietline_stream *quietline;

typedef enum quietline_error {
	QUIETLINE_OK = 0,
	QUIETLINE_ERR_STREAM = -1,   /* NULL, never created, or destroyed */
	QUIETLINE_ERR_CONFIG = -2,   /* see quietline_last_error() for the field */
	QUIETLINE_ERR_ARGUMENT = -3, /* a pointer or value that cannot be used */
	QUIETLINE_ERR_FRAMES = -4,   /* frames is no multiple of frame_size, or too many */
	QUIETLINE_ERR_BUSY = -5,     /* the stream runs in another thread */
	QUIETLINE_ERR_LIMIT = -6,    /* no room for another stream */
	QUIETLINE_ERR_INTERNAL = -7  /* a defect of the library; the process goes on */
} quietline_error;

/* How much noise may be taken away: a limit in dB, not a mix. */
typedef enum quietline_strength {
	QUIETLINE_DEFAULT = 0, /* as QUIETLINE_STRONG */
	QUIETLINE_OFF = 1,     /* the input, delayed, bit for bit */
	QUIETLINE_MILD = 2,    /* 6 dB */
	QUIETLINE_MEDIUM = 3,  /* 12 dB */
	QUIETLINE_STRONG = 4,  /* up to 29 dB, with the neural engine 36 */
	QUIETLINE_MAXIMUM = 5  /* up to 45 dB */
} quietline_strength;

/* What computes the gains. */
typedef enum quietline_engine {
	QUIETLINE_ENGINE_DEFAULT = 0, /* as OMLSA */
	QUIETLINE_ENGINE_OMLSA = 1,
	QUIETLINE_ENGINE_LOGMMSE = 2,
	QUIETLINE_ENGINE_WIENER = 3,
	QUIETLINE_ENGINE_SUBTRACTION = 4
} quietline_engine;

/* How channels share their gains. */
typedef enum quietline_link {
	QUIETLINE_LINK_POWER = 0,   /* one gain from the mean power */
	QUIETLINE_LINK_MINIMUM = 1, /* the smallest of all channels' gains */
	QUIETLINE_LINK_NONE = 2     /* every channel for itself */
} quietline_link;

/* Start from QUIETLINE_CONFIG, set sample_rate and what else is wanted; 0 is
 * the default of every other field. */
typedef struct quietline_config {
	uint32_t size;       /* sizeof(quietline_config), by which later versions know this one */
	int32_t sample_rate; /* Hz, 8000 to 192000 */
	int32_t channels;    /* 1 to 64; 0 means 1 */
	/* Promises that every call brings a multiple of so many frames, and buys
	 * delay: 10 ms if it is a multiple of 10 ms, up to 20 ms otherwise. 0
	 * promises nothing. */
	int32_t frame_size;
	int32_t strength; /* quietline_strength */
	int32_t engine;   /* quietline_engine */
	int32_t link;     /* quietline_link */
	int32_t disabled; /* not 0: starts switched off, see quietline_set_enabled */
	int32_t music;    /* not 0: music passes, steady noise goes by at most 12 dB */
	float limit_db;   /* above 0, to 90: takes the place of strength */
	/* Below 0: level in dBFS of a soft noise below which the output does not
	 * fall, in place of dead silence. 0 means none. */
	float comfort_noise_db;
} quietline_config;

#define QUIETLINE_CONFIG {sizeof(quietline_config), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

/* What a stream is doing: of the last 10 ms, then since the start. */
typedef struct quietline_stats {
	double speech_probability; /* 0 to 1 */
	double level_dbov;         /* of the input, −127 to 0, as RFC 6464 */
	double noise_dbfs;         /* of the estimated noise; −200 while unknown */
	double gain_db;            /* output to input level */
	double reduction_db;       /* mean attenuation of what held no voice */
	int32_t voice;             /* 1 while somebody talks, with 200 ms of hold */
	int32_t reserved;
	uint64_t hops; /* of 10 ms, so far */
} quietline_stats;

/* The library's version in words, and its QUIETLINE_ABI. */
QUIETLINE_API const char *quietline_version(void);
QUIETLINE_API int quietline_abi(void);

/* Writes a new stream to *stream, NULL on failure. */
QUIETLINE_API int quietline_create(quietline *stream, const quietline_config *config);

/* Ends a stream and frees its memory. NULL is no error and does nothing. */
QUIETLINE_API int quietline_destroy(quietline stream);

/* Cleans frames from in to out: ±1 floats or 16-bit samples. As much comes out
 * as goes in, quietline_latency() later. out may be in; otherwise they must not
 * overlap. NaN and infinities count as 0. 0 on success. */
QUIETLINE_API int quietline_process_f32(quietline stream, float *out, const float *in, size_t frames);
QUIETLINE_API int quietline_process_s16(quietline stream, int16_t *out, const int16_t *in, size_t frames);

/* For a muted microphone: learns the noise and detects voice, and nothing of
 * what it hears ever comes out. */
QUIETLINE_API int quietline_observe_f32(quietline stream, const float *in, size_t frames);
QUIETLINE_API int quietline_observe_s16(quietline stream, const int16_t *in, size_t frames);

/* At the end of a stream: writes what is still on its way, at most frames, and
 * returns how many it wrote; 0 means that nothing is left. Reset the stream
 * before it is used again. */
QUIETLINE_API int quietline_flush_f32(quietline stream, float *out, size_t frames);
QUIETLINE_API int quietline_flush_s16(quietline stream, int16_t *out, size_t frames);

/* The constant delay from input to output in frames. */
QUIETLINE_API int quietline_latency(quietline stream);

/* Strength, limit in dB (0 to 90, brought to the nearest), and the switch: off
 * passes the input with the same delay, without a click, while detection goes
 * on. They take effect cross-faded within 20 ms. */
QUIETLINE_API int quietline_set_strength(quietline stream, int strength);
QUIETLINE_API int quietline_set_limit_db(quietline stream, double db);
QUIETLINE_API int quietline_set_enabled(quietline stream, int enabled);

/* The probability that the last 10 ms hold speech, 0 to 1; negative is a
 * quietline_error. */
QUIETLINE_API float quietline_speech_probability(quietline stream);

/* Writes the first size bytes of the statistics: give sizeof(quietline_stats). */
QUIETLINE_API int quietline_get_stats(quietline stream, quietline_stats *stats, size_t size);

/* Forgets everything: the next frame is the first of a new stream. Settings
 * stay. */
QUIETLINE_API int quietline_reset(quietline stream);

/* What an error code means, never NULL. */
QUIETLINE_API const char *quietline_strerror(int error);

/* What was wrong in this thread's last call that failed, "" before the first.
 * Valid until the thread's next call that fails. */
QUIETLINE_API const char *quietline_last_error(void);

#ifdef __cplusplus
}
#endif

#endif
