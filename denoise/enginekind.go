package denoise

// Engine says what a stream is cleaned by. Both have the same methods, strengths,
// voice decision and statistics.
//
//   - Classical is statistics, guided by a small network. It takes steady noise: fans,
//     rain, hum, hiss, traffic. 10 ms of delay, a few microseconds per 10 ms with
//     vector kernels, and a voice that is hardly ever harmed. Choose it for music,
//     for thousands of streams on a server, for batteries, and where every
//     millisecond counts.
//   - Neural is a recurrent network that makes a filter for every bin (package
//     neural). It takes what statistics cannot know, keyboards, dishes, dogs and
//     babble, and more of everything else; it costs some ten times as much and 10 ms
//     more of delay. Choose it for a call on a device with a processor to spare.
//
// EngineAuto, the zero value, leaves the choice to the library; it is Classical in
// this version whatever the configuration.
type Engine uint8

const (
	EngineAuto Engine = iota
	Classical
	Neural
)

var engineNames = [...]string{"auto", "classical", "neural"}

// String returns the name that ParseEngine accepts.
func (e Engine) String() string { return enumString("Engine", int(e), engineNames[:]) }

// ParseEngine reads auto, classical or neural, in any case.
func ParseEngine(name string) (Engine, error) {
	i, err := parseName("engine", name, engineNames[:])
	return Engine(i), err
}
