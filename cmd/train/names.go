package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/readout-news/readout/internal/ml/crf"
	"github.com/readout-news/readout/internal/nlp/names"
	"github.com/readout-news/readout/internal/nlp/names/fit"
)

// trainNames fits models/names to the worldwide newswire and CrossNER
// politics, and to news that a first model labelled, with the lists and word
// classes that earlier steps wrote.
func trainNames(data, out string) error {
	res, err := names.LoadFS(os.DirFS(filepath.Join(out, "..", "lexicons")), os.DirFS(out))
	if err != nil {
		return err
	}
	train, held, err := fit.Shipped(data, res)
	if err != nil {
		return err
	}
	o := fit.Options(names.Version)
	o.Progress = func(epoch int, logLik float64, _ func() *crf.Model) {
		fmt.Printf("   epoch %d: log likelihood %.5f a token\n", epoch+1, logLik)
	}
	model, err := fit.TrainShipped(data, train, res, o)
	if err != nil {
		return err
	}
	file := model.Encode()
	fmt.Printf("   %d gold documents, %d features, %d weights, %d bytes\n", len(train), model.Rows(), model.Weights(), len(file))
	fmt.Print(fit.Measure(model, held, res).Table("   held out, model alone: "))
	return os.WriteFile(filepath.Join(out, "names", "weights.bin"), file, 0o644)
}
