// Package denoise takes the background noise out of voice, live: PCM in, PCM
// out, any rate from 8 to 192 kHz, any number of channels, chunks of any
// length, in pure Go, with a constant delay of 10 to 20 ms (20 to 30 with the
// neural engine) and no allocation, lock or system call on the way of a sample.
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
//	classical.go    the statistical engine: the next nine, from |X|² to gains
//	presence.go     speech presence, of the frame (also the VAD) and of bands
//	points.go       single bins below 4 kHz, groups above, for all that follows
//	noise.go        noise PSD λd, over-subtraction
//	(spectral.DecisionDirected) signal-to-noise ratios
//	transient.go    clicks
//	gain.go         the gain rules
//	smoothing.go    gains over frequency and time, damping of bands without speech
//	makeup.go       the level of words; when the noise is low enough
//	music.go        music mode: a noise estimate that held notes do not enter
//	neural.go       the neural engine in place of all that: filters by a network
//	late.go         what waits for an engine that looks a hop ahead
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
// rest in one block per stream (block.go), which is brought into the cache while
// the stream before it runs (ahead.go).
//
// # Symbols
//
// Of bin k in a frame of 2·hop samples, hop samples apart; from 4 kHz on the engine
// takes pairs of bins for one, and further up groups of 4 to 16 (points.go):
//
//	X      spectrum of the noisy input, unnormalised DFT of ±1 samples
//	power  |X|²
//	P      presence: probability that the frame holds speech (Stats.SpeechProb)
//	Pk     presence at bin k, on straight lines between the middles of six bands
//	λd     noisePSD: expected |X|² of the noise alone
//	γ      postSNR = |X|²/λd
//	ξ      priorSNR = expected speech |X|² / λd, decision-directed
//	v      γξ/(1+ξ)
//	p      probability of speech in the bin given X
//	G      gain, 0 to 1 (to 1.6 where the level of words is made up)
//
// # The recipe
//
// The default engine is OM-LSA, guided by a small network, in a form that was
// fitted by experiment:
//
//  1. P and Pk by a recurrent network (a gated recurrent unit, Cho et al. 2014;
//     internal/voicenet) on |X|² in 17 bands up to 8 kHz, each relative to its own
//     past, so that the gain of the input does not matter. They rise at once and
//     fall by a share a frame. The network sees neither λd nor G, so nothing
//     below can talk it into silence.
//  2. λd from the probability of speech in the bin (Gerkmann & Hendriks 2012),
//     with a higher prior of speech than theirs and a slower rise, so that vowels
//     are not taken for noise. Where Pk is near 0 that probability is doubted,
//     q·(1−doubt), so that babble and machines are followed sooner; not in frames
//     far louder than the noise, which are clicks. What the next steps get is λd raised by a share (Berouti et al. 1979), by more in pauses.
//  3. ξ by the decision-directed rule (Ephraim & Malah 1984, eq. 51; Cappé 1994
//     on why it does not warble), α = 0.92, its innovation half smoothed over
//     frequency.
//  4. G by log-MMSE (Ephraim & Malah 1985, eq. 20), weighted by presence (Cohen &
//     Berdugo 2001): ln G = p·ln G_H1 + (1−p)·ln G_min, where
//     p = 1/(1 + q/(1−q)·(1+ξ)·exp(−v)) and the a-priori absence q falls from 0.82
//     where Pk is 0 to 0.10 where it is 1. G_min is −20 dB.
//  5. ln G smoothed over frequency, half in words and wholly in pauses; G over
//     time; 9 dB off bands without speech, up to 15 dB off clicks; words raised to
//     the level that the gains took from them.
//  6. No less than the gain at which the noise lies 38 dB below the voice of the
//     last seconds: beyond that nobody hears it, and a clean recording stays as
//     it is. Only who asks for more than the default gets more.
//
// A [Strength] does not enter steps 1 to 5: it limits what leaves them. Voice
// activity and statistics are the same at every strength, and so is what happens
// to bins that the limit does not reach.
//
// # The neural engine
//
// With [Config].Engine set to [Neural] a recurrent network (package neural) makes,
// from the spectra of all channels together, a gain and a filter of five taps over
// time for every bin up to 8 kHz and a gain per band above. It needs the frame after
// the one that it cleans, so everything, the input that bypass and strength Off pass
// on included, is one hop later. Around it all is as above, but for this:
//
//   - The strength is a floor: where |Y| is less than the limit's share of |X| the
//     output is that share of X. The network does not know the limit.
//   - All channels of a stream share one network, its mean quadratics and its
//     filters, each of them applied to the channel's own past, so equal channels
//     stay equal; LinkMinimum is LinkPower. Independent channels have a network
//     each.
//   - The noise of statistics, comfort noise and step 6 is the mean of |X − Y|², what
//     the network takes away, over about half a second of pauses. Noise profiles do
//     not act on it.
//   - Frames that a decoder made up run through the network, but the levels that its
//     features are relative to stay. Digital silence does not run through it; the
//     gains stay.
//   - Music mode is the classical engine's, on spectra that are a hop older.
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
//   - K. Cho et al.: Learning phrase representations using RNN encoder-decoder
//     for statistical machine translation. EMNLP 2014.
//   - M. Berouti, R. Schwartz, J. Makhoul: Enhancement of speech corrupted by
//     acoustic noise. ICASSP 1979.
package denoise
