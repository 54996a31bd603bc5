// Chat completions, input: the texts of a body as it was sent that count as input tokens.
package endpoints

// inputTexts joins texts by one space.
type inputTexts struct {
	dst []byte
	any bool
	doc []byte
}

func (t *inputTexts) sep() {
	if t.any {
		t.dst = append(t.dst, ' ')
	}
	t.any = true
}

func (t *inputTexts) add(v value) {
	if v.kind == jsonText {
		t.sep()
		t.dst = appendText(t.dst, t.doc, v)
	}
}

// addSome is add for what counts only when it is not empty.
func (t *inputTexts) addSome(v value) {
	if v.truthy(t.doc) {
		t.add(v)
	}
}

// chatInputTexts is Kind.InputTexts of chat: messages first, then tools; other shapes of input only without any message.
func chatInputTexts(dst, body []byte) ([]byte, bool) {
	root, ok := parse(body)
	if !ok || root.kind != jsonObject {
		return dst, false
	}
	t := inputTexts{dst: dst, doc: body}
	found := false
	for _, key := range [...]string{"messages", "input"} {
		if list := member(body, root, key); isMessageArray(body, list) {
			found = true
			t.messages(list)
		}
	}
	t.tools(member(body, root, "tools"))
	if !found {
		t.others(root)
	}
	return t.dst, t.any
}

func isMessageArray(doc []byte, list value) bool {
	for e := elementsOf(doc, list); e.next(); {
		if member(doc, e.val, "role").kind != jsonNone || member(doc, e.val, "type").kind != jsonNone {
			return true
		}
	}
	return false
}

func (t *inputTexts) messages(list value) {
	for e := elementsOf(t.doc, list); e.next(); {
		content := member(t.doc, e.val, "content")
		t.add(content)
		for p := elementsOf(t.doc, content); p.next(); {
			if member(t.doc, p.val, "type").is(t.doc, "text") {
				t.add(member(t.doc, p.val, "text"))
			}
		}
		calls := member(t.doc, e.val, "tool_calls")
		for c := elementsOf(t.doc, calls); c.next(); {
			fn := member(t.doc, c.val, "function")
			t.addSome(member(t.doc, fn, "name"))
			t.addSome(member(t.doc, fn, "arguments"))
		}
		switch kind := member(t.doc, e.val, "type"); {
		case kind.is(t.doc, "function_call"):
			t.addSome(member(t.doc, e.val, "name"))
			t.addSome(member(t.doc, e.val, "arguments"))
		case kind.is(t.doc, "function_call_output"):
			t.addSome(member(t.doc, e.val, "output"))
		}
	}
}

// tools adds what describes each tool, nested under function or not.
func (t *inputTexts) tools(list value) {
	for e := elementsOf(t.doc, list); e.next(); {
		for _, holder := range [...]value{member(t.doc, e.val, "function"), e.val} {
			t.addSome(member(t.doc, holder, "name"))
			t.addSome(member(t.doc, holder, "description"))
			if p := member(t.doc, holder, "parameters"); p.kind == jsonObject && p.truthy(t.doc) {
				t.sep()
				t.dst = appendCompact(t.dst, t.doc, p)
			}
		}
	}
}

// others takes the first of the other shapes of input that is there.
func (t *inputTexts) others(root value) {
	for _, key := range [...]string{"prompt", "input"} {
		switch v := member(t.doc, root, key); v.kind {
		case jsonText:
			t.add(v)
			return
		case jsonArray:
			before := t.any
			for e := elementsOf(t.doc, v); e.next(); {
				t.add(e.val)
			}
			if t.any != before {
				return
			}
		}
	}
	query := member(t.doc, root, "query")
	if passages := member(t.doc, root, "passages"); query.kind == jsonText && passages.kind == jsonArray {
		t.add(query)
		for e := elementsOf(t.doc, passages); e.next(); {
			t.add(e.val)
			t.add(member(t.doc, e.val, "text"))
		}
		return
	}
	t.add(member(t.doc, root, "inputs"))
}
