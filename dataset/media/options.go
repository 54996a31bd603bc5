// What can be asked of synthetic pictures and clips.
package media

import "github.com/aiperf-go/aiperf/dataset"

// ImageOptions say which pictures to make.
type ImageOptions struct {
	Batch         int            // pictures of a turn
	Width, Height dataset.Spread // pixels, cut to integers as AIPerf cuts them
	Format        string         // "png", "jpeg" or "random"
	Source        string         // "noise", "assets" or a folder
	Sampling      string         // of assets and folders: "random-with-replacement", "shuffle-cycle" or "sequential-cycle"
}

// AudioOptions say which clips to make.
type AudioOptions struct {
	Batch       int            // clips of a turn
	Length      dataset.Spread // seconds
	Format      string         // "wav"
	SampleRates []float64      // kHz, one drawn for each clip
	Depths      []int          // bits, one drawn for each clip
	Channels    int
}
