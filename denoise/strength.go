package denoise

import (
	"fmt"
	"strings"
)

// Strength says how much noise may be taken away. A strength is a limit on
// attenuation, not a mix of clean and noisy sound: speech bins are treated
// alike at every strength, and the noise between them stays at most
// [Strength.LimitDB] decibels below where it was.
type Strength uint8

const (
	// Default is the strength that scores best in the project's
	// measurements; it is the same as Strong.
	Default Strength = iota
	// Off passes the input through, delayed by Latency and bit for bit.
	// Statistics, voice activity included, keep running.
	Off
	// Mild takes away 6 dB: room tone stays, for music lessons and interviews.
	Mild
	// Medium takes away 12 dB.
	Medium
	// Strong takes away up to 29 dB, 20 dB where words are and 9 dB more where
	// none are, but no more than it takes to bring the noise 38 dB below the
	// voice: a clean recording stays as it is. With Neural up to 36 dB, the less the
	// cleaner the recording: nothing where the noise lies 33 dB below the voice.
	Strong
	// Maximum takes away up to 45 dB; what it adds to Strong acts in pauses
	// only, so that words sound the same.
	Maximum
)

// depthDB is what the gain stages can reach by themselves: the OM-LSA floor of
// 20 dB, and the damping of bands without speech, 9 dB.
const depthDB = speechFloorDB + pauseDampDB

// neuralDepthDB is as far as the network is let by Default and Strong. On 24 mixtures of
// the tuning set, with makeup.leave, PESQ is .04, ESTOI .004 and DNSMOS BAK .13 above
// what depthDB and quietDB give, SIG .06 and PESQ of clean speech .09 below; what is
// left of the noise is about as peaky as what the classical engine leaves (log kurtosis
// ratio .43; .18 where more of the noise covers it).
const neuralDepthDB = 36

// maxLimitDB bounds any limit: below −90 dB a 16-bit output is silence anyway.
const maxLimitDB = 90

var strengthNames = [...]string{"default", "off", "mild", "medium", "strong", "maximum"}

var strengthLimits = [...]float64{depthDB, 0, 6, 12, depthDB, 45}

// String returns the name that ParseStrength accepts.
func (s Strength) String() string {
	if int(s) < len(strengthNames) {
		return strengthNames[s]
	}
	return fmt.Sprintf("Strength(%d)", uint8(s))
}

// LimitDB returns the largest attenuation of a strength in dB with Classical, 0
// for Off. An unknown strength has the limit of Default. [Config.Limit] knows the
// engine too.
func (s Strength) LimitDB() float64 {
	if int(s) < len(strengthLimits) {
		return strengthLimits[s]
	}
	return strengthLimits[Default]
}

// ParseStrength reads a strength by name: default, off, mild, medium, strong
// or maximum, in any case.
func ParseStrength(name string) (Strength, error) {
	i, err := parseName("strength", name, strengthNames[:])
	return Strength(i), err
}

// parseName finds name in names, ignoring case.
func parseName(what, name string, names []string) (int, error) {
	for i, n := range names {
		if strings.EqualFold(strings.TrimSpace(name), n) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("denoise: unknown %s %q: want %s", what, name, strings.Join(names, ", "))
}
