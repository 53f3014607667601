package syntax

// The sizes of the network. Changing one needs a new training.
const (
	hidden   = 128        // outputs of an LSTM in one direction
	both     = 2 * hidden // outputs of a layer
	arcDim   = 128        // of the representations that arcs are scored with
	labelDim = 96         // of the hidden layer that labels are scored with
	Buckets  = 4096       // rows of each hashed table
)

// Tables are the names and widths of the embeddings of a word, in the order of
// Features.IDs. "vector" has a row for each word of the plain text that word
// vectors come from and is not trained further, "word" one for each word that
// is frequent enough in the treebank; the others are hashed. Row 0 of the first
// two stands for all other words.
var Tables = [...]struct {
	Name string
	Dim  int
}{
	{"vector", 64}, {"word", 64}, {"suffix3", 32}, {"suffix2", 16}, {"prefix3", 16}, {"shape", 32},
}

// Places in Tables.
const (
	TableVector = 0
	TableWord   = 1
)

// InputDim is the width of all embeddings of a word together.
const InputDim = 64 + 64 + 32 + 16 + 16 + 32

// Shape is the name and size of a matrix of weights, [Rows][Cols].
type Shape struct {
	Name       string
	Rows, Cols int
	Bias       bool // a vector "<name>.b" of Cols goes with it
}

// Layer names. LSTMs have a matrix ".x" for the input, with bias, and ".h" for
// the last output, without.
const (
	LayerXPOS       = "xpos"
	LayerUPOS       = "upos"
	LayerArcHead    = "arc.head"
	LayerArcDep     = "arc.dep"
	LayerArcBilin   = "arc.bilinear" // its bias is what heads score alone
	LayerLabelHead  = "label.head"
	LayerLabelDep   = "label.dep"
	LayerLabelOut   = "label.out"
	LayerRoot       = "root"     // stands for the output of the root
	sectionVersion  = "features" // version of features.go that the model was trained with
	featuresVersion = 2
)

// LSTMs are the names of the recurrent layers, forward and backward.
func LSTMs() [2][2]string {
	return [2][2]string{{"lstm1.forward", "lstm1.backward"}, {"lstm2.forward", "lstm2.backward"}}
}
