package denoise

import "fmt"

// Rule is the gain rule: how a gain follows from the signal-to-noise ratios of
// a bin.
type Rule uint8

const (
	// OMLSA is the log-spectral amplitude gain weighted by the probability of
	// speech (Cohen & Berdugo 2001). The default: it scores best.
	OMLSA Rule = iota
	// LogMMSE is the log-spectral amplitude gain alone (Ephraim & Malah 1985).
	LogMMSE
	// Wiener is ξ/(1+ξ).
	Wiener
	// Subtraction is power spectral subtraction with over-subtraction and a
	// spectral floor (Berouti, Schwartz & Makhoul 1979).
	Subtraction
)

var ruleNames = [...]string{"omlsa", "logmmse", "wiener", "subtraction"}

// String returns the name that ParseRule accepts.
func (r Rule) String() string { return enumString("Rule", int(r), ruleNames[:]) }

// ParseRule reads omlsa, logmmse, wiener or subtraction.
func ParseRule(name string) (Rule, error) {
	i, err := parseName("gain rule", name, ruleNames[:])
	return Rule(i), err
}

// Tracker is the estimator that follows the noise.
type Tracker uint8

const (
	// TrackMMSE follows the noise through the speech presence probability
	// (Gerkmann & Hendriks 2012): within a second. The default.
	TrackMMSE Tracker = iota
	// TrackMinimum follows the minima of the smoothed spectrum (Martin 2001):
	// slower, but it never takes a long vowel for noise.
	TrackMinimum
)

var trackerNames = [...]string{"mmse", "minimum"}

// String returns the name that ParseTracker accepts.
func (t Tracker) String() string { return enumString("Tracker", int(t), trackerNames[:]) }

// ParseTracker reads mmse or minimum.
func ParseTracker(name string) (Tracker, error) {
	i, err := parseName("noise tracker", name, trackerNames[:])
	return Tracker(i), err
}

// Link says how the channels of a stream share their gains.
type Link uint8

const (
	// LinkPower computes one gain from the mean power of all channels. The
	// image does not move, a talker in one channel alone is kept, and the
	// cost hardly grows with the channels. The default.
	LinkPower Link = iota
	// LinkMinimum computes a gain per channel and applies the smallest to
	// all, as WebRTC's suppressor does: the image does not move, but a talker
	// whom one channel does not hear is damped in all. The neural engine takes it
	// for LinkPower: it has one network for all channels.
	LinkMinimum
	// Independent treats every channel as a stream of its own: right for
	// channels that are different microphones or callers.
	Independent
)

var linkNames = [...]string{"power", "minimum", "independent"}

// String returns the name that ParseLink accepts.
func (l Link) String() string { return enumString("Link", int(l), linkNames[:]) }

// ParseLink reads power, minimum or independent.
func ParseLink(name string) (Link, error) {
	i, err := parseName("channel link", name, linkNames[:])
	return Link(i), err
}

// Output says what comes out.
type Output uint8

const (
	// OutputClean is the sound without the noise. The default.
	OutputClean Output = iota
	// OutputRemoved is what was taken away: input minus clean output. Words
	// heard in it are words lost.
	OutputRemoved
)

var outputNames = [...]string{"clean", "removed"}

// String returns clean or removed.
func (o Output) String() string { return enumString("Output", int(o), outputNames[:]) }

// ProfileMode says what a noise profile is for.
type ProfileMode uint8

const (
	// ProfileFixed takes the profile as the noise and does not track. The
	// default.
	ProfileFixed ProfileMode = iota
	// ProfileStart starts from the profile and tracks from there.
	ProfileStart
)

var profileModeNames = [...]string{"fixed", "start"}

// String returns the name that ParseProfileMode accepts.
func (m ProfileMode) String() string { return enumString("ProfileMode", int(m), profileModeNames[:]) }

// ParseProfileMode reads fixed or start.
func ParseProfileMode(name string) (ProfileMode, error) {
	i, err := parseName("profile mode", name, profileModeNames[:])
	return ProfileMode(i), err
}

func enumString(typ string, i int, names []string) string {
	if i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("%s(%d)", typ, i)
}
