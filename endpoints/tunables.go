// Bounds of this package, each with its unit and reason.
package endpoints

const (
	// maxBody bounds a body that is decoded as a whole, in bytes: far above any chat answer, far below memory.
	maxBody = 256 << 20
	// keepBody is the largest body buffer in bytes that a pooled Decoder keeps: one giant answer must not stay in a pool.
	keepBody = 1 << 20
	// maxDepth is the deepest nesting of objects and arrays, AIPerf's bound.
	maxDepth = 1024
	// maxPlainDigits is the longest number without an exponent, in digits, that surely fits a float64.
	maxPlainDigits = 300
	// maxName is the longest raw spelling, in bytes, of a text that is compared with a name: every character as \uXXXX.
	maxName = 6 * 32
	// maxExceptionText is AIPerf's bound for the text form of an exception, in characters.
	maxExceptionText = 4096
	// maxHint is what Digest.Hint keeps of an answer, in characters: enough to recognise it, short enough for one line.
	maxHint = 200
	// maxShownAudio is what an error message shows of an audio content, in characters, as in AIPerf.
	maxShownAudio = 40
)
