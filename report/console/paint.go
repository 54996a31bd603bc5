// Colours, and nothing else: the same text with and without them, so that layout never depends on colour.
package console

// style is a set of terminal attributes.
type style string

const (
	plainStyle style = ""
	titleStyle style = "3"    // italic
	headStyle  style = "1"    // bold
	labelStyle style = "36"   // cyan
	valueStyle style = "32"   // green
	dimStyle   style = "2"    // faint
	goodStyle  style = "1;32" // bold green
	warnStyle  style = "1;33" // bold yellow
	badStyle   style = "1;31" // bold red
)

// paint applies styles when colour is wanted.
type paint bool

func (p paint) apply(s style, text string) string {
	if !p || s == plainStyle || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}
