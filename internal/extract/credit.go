package extract

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Shapes of picture credits at the end of a line; the names of agencies come
// from credits.tsv, see creditEnd.
var (
	creditLabel = regexp.MustCompile(`(?:^|[\s|.(])(?i:photo|photograph|photography|picture|image|illustration|graphic|video|file photo|photo credit|image credit|picture credit)s?(?: by| from| courtesy of| credit)?\s*[:/©]\s*[^.:]{2,70}[.)]?$`)
	creditParen = regexp.MustCompile(`[\[(](?i:(?:photo|photograph|picture|image|credit|courtesy|handout|screengrab|screenshot|video)s?(?: (?:by|from|via|credit|courtesy|of)\b|[:/])[^()\[\]]*` +
		`|[^()\[\]]*(?:\b(?:ap|afp|reuters|file|pool|handout|staff|press) (?:photo|image|picture|video)s?\b|\bphoto/|\bgetty\b|/afp\b|/reuters\b|/ap\b)[^()\[\]]*|file photo|file|handout)[\])]\.?$`)
	creditBy = regexp.MustCompile(`(?:^|[.!?”"] ?|\s)(?i:(?:photo|photograph|picture|image|illustration)s? (?:by|courtesy of))\s+\p{Lu}[^.]{2,50}\.?$`)
)

func markCaption(x *Extractor, _ *draft, ln *line) string {
	if len(ln.words) > maxCaption {
		return ""
	}
	end := ln.text[max(0, len(ln.text)-120):]
	if strings.ContainsAny(end, ":/©") && creditLabel.MatchString(end) || strings.ContainsAny(end, ")]") && creditParen.MatchString(end) || creditBy.MatchString(end) && len(ln.words) <= 40 {
		return "caption"
	}
	if _, shape := x.creditEnd(end); shape == creditSlash || shape == creditVia || shape == creditGlued && len(ln.words) <= 30 {
		return "caption"
	}
	return ""
}

type creditShape int

const (
	creditNone   creditShape = iota
	creditSlash              // "Name/AFP", "photo/AFP", "REUTERS/Name"
	creditVia                // "via REUTERS", "AFP via Getty Images"
	creditGlued              // "PutinAFP."
	creditParens             // "(AFP)"
)

// creditEnd finds a credit with the name of an agency at the end of s, and
// where in s it begins.
func (x *Extractor) creditEnd(s string) (int, creditShape) {
	t := strings.TrimRight(s, ". ")
	parens := strings.HasSuffix(t, ")")
	t = strings.TrimRight(t, ")]")
	slash := strings.LastIndexByte(t, '/')
	for _, name := range x.phrases.credits {
		if slash > 0 && len(t)-slash < 60 && strings.HasSuffix(t[:slash], name) && len(strings.Fields(t[slash:])) <= 4 {
			// "REUTERS/Lina Corvo", but not "a Reuters/Ipsos poll".
			i, after := slash-len(name), strings.Fields(t[slash+1:])
			if (i == 0 || t[i-1] == ' ') && len(after) >= 2 && nameLike(after) {
				return i, creditSlash
			}
		}
		if !strings.HasSuffix(t, name) {
			continue
		}
		i := len(t) - len(name)
		before := t[:i]
		prev, _ := utf8.DecodeLastRuneInString(before)
		switch {
		case before == "":
			continue
		case prev == '/' && creditedTo(strings.Fields(before)):
			return i, creditSlash
		case strings.HasSuffix(before, "© ") || strings.HasSuffix(before, "©"):
			return i, creditVia
		case strings.HasSuffix(before, " via "):
			// "Lina Corvo via Reuters"; he "answered via Twitter" is a sentence.
			words := strings.Fields(strings.TrimSuffix(before, " via "))
			if n := len(words); n > 0 && unicode.IsUpper(firstRune(strings.TrimLeft(words[n-1], "(["))) {
				return i, creditVia
			}
		case parens:
			if open := strings.LastIndexAny(before, "(["); open >= 0 && agenciesOnly(before[open+1:]) {
				return open, creditParens
			}
		// Capitals that begin inside a word: the name was glued to the text.
		case unicode.IsLower(prev) && unicode.IsUpper(firstRune(name)) && len(name) >= 2:
			return i, creditGlued
		}
	}
	return 0, creditNone
}

// creditedTo reports whether the words before the slash of a credit end in a
// name or in "photo": "Lina Corvo/AFP", but not "according to Reuters/AFP".
func creditedTo(words []string) bool {
	n := len(words)
	if n < 2 || strings.HasPrefix(strings.ToLower(words[n-1]), "photo") || strings.HasPrefix(strings.ToLower(words[n-1]), "image") {
		return n > 0
	}
	last, _ := utf8.DecodeLastRuneInString(words[n-2])
	return unicode.IsUpper(firstRune(strings.TrimLeft(words[n-2], "(["))) || strings.ContainsRune(".:!?)”\"]|", last)
}

// agenciesOnly reports whether the words before the last agency in parentheses
// are names or join them: "(The Meridian with AFP and Reuters)".
func agenciesOnly(s string) bool {
	words := strings.Fields(s)
	for _, w := range words {
		if r := firstRune(w); !unicode.IsUpper(r) && !unicode.IsDigit(r) && w != "with" && w != "and" && w != "inputs" && w != "from" && w != "via" && w != "dpa" {
			return false
		}
	}
	return len(words) <= 8
}

// markCaptionTwins marks a line that repeats the caption after it without its
// credit, the alternative text of the same picture.
func markCaptionTwins(lines []line) {
	for i := range lines {
		if lines[i].reason != "caption" || lines[i].plain == "" {
			continue
		}
		for _, j := range []int{i - 1, i + 1} {
			if j < 0 || j >= len(lines) {
				continue
			}
			o := &lines[j]
			if (o.reason == "" || o.reason == "heading" || o.reason == "title") && len(o.plain) >= 10 && strings.HasPrefix(lines[i].plain, o.plain) {
				o.reason, o.rule = "caption", "noise/caption-twin"
			}
		}
	}
}
