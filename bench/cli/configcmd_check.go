// aiperf config validate: everything wrong with a configuration file, each mistake with its line.
package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/doc/jinja"
	"github.com/aiperf-go/aiperf/bench/config/expand"
	"github.com/aiperf-go/aiperf/bench/config/schema"
	"github.com/aiperf-go/aiperf/report/redact"
)

// configFile is a configuration file that holds, as the commands around it see it.
type configFile struct {
	name    string
	text    []byte
	checked *schema.Checked
	plan    *expand.Plan
	full    []*doc.Node // the body of each variation with every default
	secrets []string    // what stands in places of secrets
}

// read loads a configuration file and expands its sweep. Mistakes come without the secrets of the places they are about.
func (f *configFile) read(env Env) error { return config.HideSecrets(f.load(env)) }

func (f *configFile) load(env Env) error {
	var err error
	if f.text, err = env.ReadFile(f.name); err != nil {
		if mistakesOf(err) != nil {
			return err // it is no file to read
		}
		return fmt.Errorf("configuration file %s: %w", f.name, pathReason(err))
	}
	raw, err := doc.Parse(f.name, f.text)
	if err != nil {
		return err
	}
	f.secrets = config.VariableSecrets(raw, env.variable)
	if err := doc.Substitute(raw, env.variable); err != nil {
		return err
	}
	rendered := raw.Clone()
	budget := jinja.NewBudget() // one for the file and all its variations
	render := func(n *doc.Node) error { return doc.RenderWith(n, budget) }
	if err := render(rendered); err != nil {
		return err
	}
	if f.checked, err = schema.Check(rendered); err != nil {
		return err
	}
	f.secrets = append(f.secrets, config.DocumentSecrets(f.checked.Node)...)
	f.plan, err = expand.Expand(raw, f.checked.Config, expand.Hooks{Render: render, Check: func(v *expand.Variation) error {
		_, body, err := schema.CheckBody(v.Body)
		if err == nil {
			f.full = append(f.full, schema.Full(body))
		}
		return err
	}})
	return err
}

// variable is the value of an environment variable, which may be set to nothing; the last one counts.
func (e Env) variable(name string) (string, bool) {
	for i := len(e.Environ) - 1; i >= 0; i-- {
		if v, ok := cutPrefix(e.Environ[i], name+"="); ok {
			return v, true
		}
	}
	return "", false
}

func fileOption() config.Option {
	return config.Option{Group: "Options", Names: "--config-file", Field: "config_file", Type: config.Path, Argv: config.One,
		Help: "the configuration file, in place of the bare word"}
}

func validateOptions() *config.Table { return config.NewTable([]config.Option{fileOption()}) }

// fileOf is the configuration file that arguments name.
func fileOf(s *config.Settings, command string) (string, error) {
	name := textValue(s, "config_file")
	if name == "" {
		return "", usagef("config %s needs a configuration file: aiperf config %s FILE", command, command)
	}
	return name, nil
}

func configValidate(_ context.Context, env Env, _ Registry, args []string) error {
	t := validateOptions()
	s, err := t.Parse(fileFirst(t, "--config-file", args), nil)
	if err != nil {
		return err
	}
	f := &configFile{}
	if f.name, err = fileOf(s, "validate"); err != nil {
		return err
	}
	if err := f.read(env); err != nil {
		return f.mistakes(env, err)
	}
	if err := knownSLOs(f.checked); err != nil {
		return f.mistakes(env, err)
	}
	f.notes(env)
	refused := config.NotRunning(f.checked.Node)
	_ = config.HideSecrets(refused)
	known := redact.NewKnown(f.secrets)
	for _, e := range refused {
		fmt.Fprintf(env.Stderr, "Note: aiperf profile refuses it: %s\n", known.Text(oneLine(e.Error())))
	}
	warnings := sloWarnings(f.checked)
	for _, w := range warnings {
		fmt.Fprintf(env.Stderr, "Warning: %s\n", w)
	}
	if len(warnings) == 0 {
		fmt.Fprintf(env.Stdout, "Configuration valid: %s\n", f.name)
		return nil
	}
	fmt.Fprintf(env.Stdout, "Configuration valid with %s: %s\n", plural(len(warnings), "warning"), f.name)
	return nil
}

// notes says what was understood though it should be written otherwise. AIPerf does not count these among its warnings.
func (f *configFile) notes(env Env) {
	known := redact.NewKnown(f.secrets)
	for _, w := range append(append([]string{}, f.checked.Warnings...), f.plan.Warnings...) {
		fmt.Fprintf(env.Stderr, "Note: %s\n", known.Text(oneLine(w)))
	}
}

// mistakes shows every mistake of a document with its line, and says in the last line how many there are.
func (f *configFile) mistakes(env Env, err error) error {
	all := mistakesOf(err)
	if all == nil {
		return exitf(exitFailed, "%w", err)
	}
	for _, e := range all {
		fmt.Fprintf(env.Stderr, "Error: %s\n", oneLine(e.Error()))
		excerpt := e.Excerpt
		if excerpt == "" && e.Pos.Line > 0 && e.Origin == "" && config.SecretPath(e.Path) == config.NoSecret {
			excerpt = doc.Excerpt(f.text, e.Pos)
		}
		showExcerpt(env, e, excerpt)
	}
	return exitf(exitFailed, "%s is not valid: %s", f.name, plural(len(all), "mistake"))
}

// showExcerpt prints the line of a file that holds a mistake, unless a secret may stand in it.
func showExcerpt(env Env, e *doc.Error, excerpt string) {
	if strings.HasPrefix(e.Msg, "unknown key") && (e.Hint == "" || mayShowSecret(e.Hint) || strings.Contains(e.Hint, "headers")) {
		excerpt = keyOnly(excerpt)
	}
	if excerpt == "" || mayShowSecret(excerpt) || slices.ContainsFunc(wordsOf(excerpt), config.IsSecretVariable) {
		return
	}
	for line := range strings.Lines(excerpt) {
		fmt.Fprintf(env.Stderr, "    %s\n", strings.Map(printable, strings.TrimRight(line, "\n")))
	}
}

// printable keeps what a terminal shows as it is: the file may be anything.
func printable(r rune) rune {
	if unicode.IsPrint(r) && r != utf8.RuneError {
		return r
	}
	return '.'
}

// keyOnly cuts what stands behind the key at the caret: a misspelt key may be one that holds a secret.
func keyOnly(excerpt string) string {
	line, caret, ok := strings.Cut(excerpt, "\n")
	at := strings.IndexByte(caret, '^')
	if !ok || at < 0 || at > len(line) {
		return ""
	}
	if i := strings.IndexByte(line[at:], ':'); i >= 0 && at+i+1 < len(line) {
		line = line[:at+i+1] + " ..."
	}
	return line + "\n" + caret
}

// mistakesOf takes an error apart; nil when it is not about a document.
func mistakesOf(err error) doc.Errors {
	var many doc.Errors
	var one *doc.Error
	var variation *expand.VariationError
	switch {
	case errors.As(err, &variation):
		shown := *variation
		if mayShowSecret(shown.Label) || strings.Contains(shown.Label, "://") {
			shown.Label = config.Redacted
		}
		return doc.Errors{{Msg: shown.Error()}}
	case errors.As(err, &many):
		return many
	case errors.As(err, &one):
		return doc.Errors{one}
	}
	return nil
}

// mayShowSecret tells whether a line of a file names a key whose value is a secret, or holds an address with user information.
func mayShowSecret(line string) bool {
	if strings.Contains(line, "://") && strings.Contains(line, "@") {
		return true
	}
	for _, w := range wordsOf(line) {
		if strings.EqualFold(w, "apiKey") || config.IsSecretName(w) || config.IsSecretField(w) {
			return true
		}
	}
	return false
}

// wordsOf are the words of a line that may be keys.
func wordsOf(line string) []string {
	return strings.FieldsFunc(line, func(r rune) bool {
		return !(r == '_' || r == '-' || r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z')
	})
}
