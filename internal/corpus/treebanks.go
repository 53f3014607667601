package corpus

import (
	"path/filepath"
	"slices"
	"strings"
)

// OpenGenres are the genres of UD English GUM whose source texts are free for
// any use: Wikinews (news, interview), Wikipedia (bio), Wikivoyage (voyage),
// open-access papers (academic), official records (court, speech), OpenStax
// and the like (textbook) and CC BY video (vlog). Left out: whow and fiction
// (NC), conversation (ND), essay, letter and podcast (mixed or unstated).
func OpenGenres() []string {
	return []string{"academic", "bio", "court", "interview", "news", "speech", "textbook", "vlog", "voyage"}
}

// courtOfConversation is the one court document taken from the Santa Barbara
// corpus (ND) like the conversations.
const courtOfConversation = "GUM_court_carpet"

// SyntaxTrain reads the trees that shipped models are trained on: UD English
// EWT train and the open genres of GUM train.
func SyntaxTrain(data string) ([]Tree, error) {
	ewt, err := ReadTrees(filepath.Join(data, "parsing", "en_ewt-ud-train.conllu"))
	if err != nil {
		return nil, err
	}
	gum, err := ReadTrees(filepath.Join(data, "parsing", "en_gum-ud-train.conllu"))
	if err != nil {
		return nil, err
	}
	open := OpenGenres()
	gum = slices.DeleteFunc(gum, func(t Tree) bool {
		return !slices.Contains(open, t.Genre) || strings.HasPrefix(t.Doc, courtOfConversation)
	})
	return append(ewt, gum...), nil
}
