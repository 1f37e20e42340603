// Package denoise takes the background noise out of voice, live: PCM in, PCM
// out, any rate from 8 to 192 kHz, any number of channels, chunks of any
// length, in pure Go, with a constant delay of 10 to 20 ms and no allocation,
// lock or system call on the way of a sample.
//
//	d, err := denoise.New(denoise.Config{SampleRate: 48000})
//	if err != nil {
//		return err
//	}
//	for read(pcm) {
//		d.Process(pcm, pcm) // in place; as many samples out as in
//		send(pcm)
//	}
//
// [Denoiser] is the whole of it; [Detector] only tells when somebody talks;
// [NewReader] and [NewWriter] clean byte streams; [Pool] is for servers with
// many streams.
//
// # The path of a sample
//
// The files of this package follow it:
//
//	framing.go      chunks of any length ↔ hops of 10 ms per channel
//	hop.go          one hop through everything below
//	(spectral.STFT) 20 ms sine window, real FFT: bins 50 Hz apart at every rate
//	noise.go        noise PSD λd, over-subtraction
//	classical.go    the statistical engine: from λd to gains
//	transient.go    clicks
//	presence.go     speech presence, of the frame (also the VAD) and of bins
//	gain.go         the gain rules
//	smoothing.go    gains over frequency and time, damping of pauses
//	makeup.go       the level of words
//	limit.go        strength: the limit on attenuation
//	(spectral.STFT) inverse FFT, overlap-add
//	mixer.go        clean, removed, bypass, mute: fades without clicks
//	gate.go         optional gate with pre-roll
//	comfort.go      optional comfort noise
//	vad.go, stats.go  voice decision and figures, beside the path
//
// What holds nothing from one hop to the next lies in a workspace
// (workspace.go, enginework.go), which the streams of a [Pool] share; what never
// changes in tables (tables.go), which all streams of a frame size share; the
// rest in one block per stream (block.go).
//
// # Symbols
//
// Of bin k in a frame of 2·hop samples, hop samples apart:
//
//	X      spectrum of the noisy input, unnormalised DFT of ±1 samples
//	power  |X|²
//	λd     noisePSD: expected |X|² of the noise alone
//	γ      postSNR = |X|²/λd
//	ξ      priorSNR = expected speech |X|² / λd, decision-directed
//	v      γξ/(1+ξ)
//	p      speechProb: of a bin given X; of a frame in Stats
//	G      gain, 0 to 1 (to 1.6 where the level of words is made up)
//
// # The recipe
//
// The default engine is OM-LSA in a form that was fitted by experiment:
//
//  1. λd from the speech presence probability (Gerkmann & Hendriks 2012), with
//     a higher prior of speech than theirs and a slower rise, so that vowels
//     are not taken for noise; raised by 20 %, in pauses by 30 %.
//  2. ξ by the decision-directed rule (Ephraim & Malah 1984, eq. 51), α = 0.92,
//     its innovation half smoothed over frequency.
//  3. Presence of the frame from the mean ln(1+ξ) in two bands up to 1150 Hz and
//     the flatness of γ up to 5 kHz. Clicks do not count.
//  4. G by log-MMSE (Ephraim & Malah 1985), weighted by presence (Cohen &
//     Berdugo 2001), floor −20 dB under speech, −23 dB without.
//  5. ln G smoothed over frequency, half in words and wholly in pauses, G over
//     time; 6 dB off in pauses, up to 15 dB off clicks; words raised to the level
//     that the gains took from them.
//
// A [Strength] does not enter any of that: it limits what leaves it. Voice
// activity, statistics and the sound of words are the same at every strength.
//
// # References
//
//   - Y. Ephraim, D. Malah: Speech enhancement using a minimum mean-square
//     error short-time spectral amplitude estimator. IEEE TASSP 32(6), 1984.
//   - Y. Ephraim, D. Malah: Speech enhancement using a minimum mean-square
//     error log-spectral amplitude estimator. IEEE TASSP 33(2), 1985.
//   - O. Cappé: Elimination of the musical noise phenomenon with the Ephraim
//     and Malah noise suppressor. IEEE TSAP 2(2), 1994.
//   - I. Cohen, B. Berdugo: Speech enhancement for non-stationary noise
//     environments. Signal Processing 81, 2001.
//   - R. Martin: Noise power spectral density estimation based on optimal
//     smoothing and minimum statistics. IEEE TSAP 9(5), 2001.
//   - T. Gerkmann, R. C. Hendriks: Unbiased MMSE-based noise power estimation
//     with low complexity and low tracking delay. IEEE TASLP 20(4), 2012.
//   - M. Berouti, R. Schwartz, J. Makhoul: Enhancement of speech corrupted by
//     acoustic noise. ICASSP 1979.
package denoise
