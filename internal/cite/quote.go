package cite

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quoted puts s in typographic quotation marks and turns the marks inside it
// to the other kind, level by level: “She said ‘go’”. level 0 is double marks
// outside.
func Quoted(s string, level int) string { return open(level) + nested(s, level+1) + closing(level) }

// quotedComma is Quoted with a comma inside the marks, as a title has it when
// something follows: “Talks end,” but “Who left?,” and “He said, ‘No,’”. A full
// stop that ends a sentence gives way to the comma.
func quotedComma(s string) string {
	body := nested(s, 1)
	end := len(body)
	for end > 0 { // the comma goes before closing marks
		r, n := utf8.DecodeLastRuneInString(body[:end])
		if r != '’' && r != '”' || r == '’' && apostrophe(body, end-n) {
			break
		}
		end -= n
	}
	head, marks := body[:end], body[end:]
	if strings.HasSuffix(head, ".") && !abbreviation(head) {
		head = head[:len(head)-1]
	}
	if !strings.HasSuffix(head, ",") {
		head += ","
	}
	return open(0) + head + marks + closing(0)
}

// apostrophe reports whether the ’ at i ends a word and no quotation: nothing
// before it opens one.
func apostrophe(s string, i int) bool {
	return strings.Count(s[:i], "‘") <= closers(s[:i])
}

// closers counts the ’ of s that are not inside a word.
func closers(s string) int {
	n := 0
	for i, r := range s {
		if r == '’' && !inWord(s, i, len("’")) {
			n++
		}
	}
	return n
}

// abbreviation reports whether the full stop that ends s belongs to a word:
// "U.S.", "J.", "Inc.", or is one of three.
func abbreviation(s string) bool {
	word := s[strings.LastIndexFunc(s, unicode.IsSpace)+1:]
	bare := strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })
	if strings.Contains(bare, ".") || utf8.RuneCountInString(bare) <= 1 {
		return true
	}
	switch bare {
	case "Inc", "Corp", "Co", "Ltd", "Jr", "Sr", "Bros", "St", "Mt", "etc", "vs", "No":
		return true
	}
	return false
}

func open(level int) string {
	if level%2 == 0 {
		return "“"
	}
	return "‘"
}

func closing(level int) string {
	if level%2 == 0 {
		return "”"
	}
	return "’"
}

// inWord reports whether the mark of n bytes at i has letters on both sides.
func inWord(s string, i, n int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	next, _ := utf8.DecodeRuneInString(s[i+n:])
	return isWord(before) && isWord(next)
}

func isWord(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// nested turns the quotation marks of s, straight or typographic, into
// typographic ones, the outermost being those of level. Apostrophes become ’.
// Guillemets and other marks of other languages stay.
func nested(s string, level int) string {
	var b strings.Builder
	var stack []rune // '"' or '\'', the kind of mark that opened
	for i, r := range s {
		n := utf8.RuneLen(r)
		if n < 0 { // invalid bytes are the caller's
			n = 1
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		next, _ := utf8.DecodeRuneInString(s[min(i+n, len(s)):])
		kind := rune(0)
		opens := false
		switch r {
		case '“':
			kind, opens = '"', true
		case '”':
			kind = '"'
		case '"':
			kind, opens = '"', !isWord(before) && (isWord(next) || next == '\'' || next == '‘' || next == '[' || next == '…') && !closesNow(before, stack, '"')
		case '‘':
			kind, opens = '\'', true
		case '’', '\'':
			kind = '\''
			if r == '\'' && !isWord(before) && isWord(next) && !unicode.IsDigit(next) && !closesNow(before, stack, '\'') && strings.ContainsAny(s[i+n:], "'’") {
				opens = true
				break
			}
			if inWord(s, i, n) || len(stack) == 0 || stack[len(stack)-1] != '\'' || possessive(s, i, n) {
				b.WriteString("’")
				continue
			}
		default:
			b.WriteRune(r)
			continue
		}
		if opens {
			b.WriteString(open(level + len(stack)))
			stack = append(stack, kind)
			continue
		}
		if len(stack) > 0 && stack[len(stack)-1] == kind {
			stack = stack[:len(stack)-1]
		} else if len(stack) > 0 && kind == '"' && len(stack) > 1 && stack[len(stack)-2] == '"' {
			stack = stack[:len(stack)-2] // what looked like an inner opening was none
		}
		b.WriteString(closing(level + len(stack)))
	}
	return b.String()
}

// closesNow reports whether a straight mark after before ends what the top of
// the stack opened: it follows punctuation and no space.
func closesNow(before rune, stack []rune, kind rune) bool {
	return len(stack) > 0 && stack[len(stack)-1] == kind && !unicode.IsSpace(before)
}

// possessive reports whether the ’ at i follows a plural s inside a quotation
// that another ’ closes later: ‘the boats’ crews left’.
func possessive(s string, i, n int) bool {
	if !strings.HasSuffix(s[:i], "s") || !strings.HasPrefix(s[i+n:], " ") {
		return false
	}
	for j, r := range s[i+n:] {
		if r == '‘' {
			return false
		}
		if k := i + n + j; (r == '’' || r == '\'') && !inWord(s, k, utf8.RuneLen(r)) {
			return true
		}
	}
	return false
}
