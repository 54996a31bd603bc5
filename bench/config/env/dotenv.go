// The file .env: NAME=value lines, quotes, comments and ${NAME}, as Python's dotenv reads them.
package env

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// maxDotEnv bounds the file in bytes: those that people write are far smaller.
const maxDotEnv = 1 << 20

// readFile reads the variables of the file.
func (src Source) readFile() ([]variable, error) {
	if src.DotEnv == nil {
		return nil, nil
	}
	b, err := src.DotEnv()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("reading the file %s: %w", dotEnv, err)
	case len(b) > maxDotEnv:
		return nil, fmt.Errorf("reading the file %s: %d bytes are more than %d", dotEnv, len(b), maxDotEnv)
	}
	return parseDotEnv(string(b), src.Environ), nil
}

// parseDotEnv reads every line that it can. A line that is none is skipped: the file is other programs' too.
func parseDotEnv(text string, environ []string) []variable {
	text = strings.TrimPrefix(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\uFEFF")
	var vars []variable
	for text != "" {
		v, rest, ok := binding(text)
		if !ok {
			_, text, _ = strings.Cut(text, "\n")
			continue
		}
		text = rest
		v.text = expand(v.text, vars, environ)
		vars = append(vars, v)
	}
	return vars
}

// binding reads one NAME=value at the start of text.
func binding(text string) (v variable, rest string, ok bool) {
	s := strings.TrimLeft(text, " \t\n")
	if s == "" || s[0] == '#' {
		return v, "", false
	}
	if after, found := strings.CutPrefix(s, "export"); found && strings.TrimLeft(after, " \t") != after {
		s = strings.TrimLeft(after, " \t")
	}
	if s[0:min(1, len(s))] == "'" {
		end := strings.IndexByte(s[1:], '\'')
		if end <= 0 {
			return v, "", false
		}
		v.name, s = s[1:1+end], s[end+2:]
	} else {
		end := strings.IndexAny(s, "= \t\n#")
		if end <= 0 {
			return v, "", false
		}
		v.name, s = s[:end], s[end:]
	}
	s = strings.TrimLeft(s, " \t")
	if !strings.HasPrefix(s, "=") {
		return v, "", false
	}
	s = strings.TrimLeft(s[1:], " \t")
	if s == "" || s[0] != '\'' && s[0] != '"' {
		line, rest, _ := strings.Cut(s, "\n")
		v.text = strings.TrimSpace(withoutComment(line))
		return v, rest, true
	}
	quote := s[0]
	end := closing(s[1:], quote)
	if end < 0 {
		return v, "", false
	}
	v.text, s = unescape(s[1:1+end], quote), s[end+2:]
	after, rest, _ := strings.Cut(s, "\n")
	if after = strings.TrimSpace(after); after != "" && after[0] != '#' {
		return v, "", false
	}
	return v, rest, true
}

// withoutComment drops what follows a # behind white space.
func withoutComment(line string) string {
	for i := range len(line) {
		if line[i] == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			return line[:i]
		}
	}
	return line
}

// closing finds the quote that ends a value.
func closing(s string, quote byte) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case quote:
			return i
		}
	}
	return -1
}

// unescape reads the escapes that a quoted value may have.
func unescape(s string, quote byte) string {
	if quote == '\'' {
		return strings.NewReplacer(`\\`, `\`, `\'`, `'`).Replace(s)
	}
	return strings.NewReplacer(`\\`, `\`, `\'`, `'`, `\"`, `"`, `\a`, "\a", `\b`, "\b", `\f`, "\f", `\n`, "\n", `\r`, "\r", `\t`, "\t", `\v`, "\v").Replace(s)
}

// expand puts values for ${NAME} and ${NAME:-default}: the file's own above the environment's.
func expand(s string, file []variable, environ []string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, "${")
		if i < 0 {
			break
		}
		end := strings.IndexByte(s[i:], '}')
		if end < 0 {
			break
		}
		name, fallback, _ := strings.Cut(s[i+2:i+end], ":-")
		b.WriteString(s[:i])
		b.WriteString(valueOf(name, fallback, file, environ))
		s = s[i+end+1:]
	}
	return b.String() + s
}

func valueOf(name, fallback string, file []variable, environ []string) string {
	for i := len(file) - 1; i >= 0; i-- {
		if file[i].name == name {
			return file[i].text
		}
	}
	for i := len(environ) - 1; i >= 0; i-- {
		if n, text, _ := strings.Cut(environ[i], "="); n == name {
			return text
		}
	}
	return fallback
}
