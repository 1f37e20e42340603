// Package voicenet tells speech from noise: a recurrent network of 24 units on
// the levels of 17 bands, 35 features and 4.4 thousand multiply-adds a frame of
// 10 ms. It gives the logit of speech in the frame, and of speech in six groups
// of bands.
//
// It takes the power spectrum and nothing else, so that it depends neither on a
// noise tracker nor on the gain, and takes any sample rate from 8 kHz on. The
// weights are made by bench/presence, whose README says of what, and used with some eight
// bits of mantissa (simd.NewRecurrent).
package voicenet
