// A system prompt in the user's own words, in front of what conversations have.
package dataset

// systemGap joins the prompt to a conversation's own system message.
const systemGap = "\n\n"

type systemSource struct {
	Source
	text string
}

// WithSystem is the source with text as the system message of every conversation. A conversation that has one keeps it behind the text, in the
// same message: servers treat two system messages differently. Turns that are whole bodies are sent without it.
func WithSystem(s Source, text string) Source {
	if text == "" {
		return s
	}
	return systemSource{s, text}
}

// Unwrap is the source below, for what only that one can tell.
func (s systemSource) Unwrap() Source { return s.Source }

// Materialise makes conversation i.
func (s systemSource) Materialise(i int) (*Conversation, error) {
	c, err := s.Source.Materialise(i)
	if err != nil {
		return nil, err
	}
	if c.System != "" {
		c.System = s.text + systemGap + c.System
	} else {
		c.System = s.text
	}
	return c, nil
}
