// The keys of images, audio and video.

package schema

// Images are the images of a request.
type Images struct {
	BatchSize      int    `key:"batch_size" is:">= 0" def:"0" doc:"images per request"`
	Width          *Dist  `key:"width" def:"512.0" unit:"px" doc:"width"`
	Height         *Dist  `key:"height" def:"512.0" unit:"px" doc:"height"`
	Format         string `key:"format" def:"jpeg" enum:"png jpeg random" doc:"file format"`
	Source         string `key:"source" def:"noise" suggest:"assets noise" form:"image source" doc:"noise, assets or a folder"`
	SourceSampling string `key:"source_sampling" def:"random-with-replacement" enum:"random-with-replacement shuffle-cycle sequential-cycle" doc:"how images are drawn from a source"`
}

// Audio is the audio of a request.
type Audio struct {
	BatchSize   int       `key:"batch_size" is:">= 0" def:"0" doc:"audios per request"`
	Length      *Dist     `key:"length" def:"10.0" unit:"s" doc:"length"`
	Format      string    `key:"format" def:"wav" enum:"wav mp3" doc:"file format"`
	SampleRates []float64 `key:"sample_rates" def:"[16.0]" unit:"kHz" doc:"sample rates"`
	Depths      []int     `key:"depths" def:"[16]" doc:"bits per sample"`
	Channels    int       `key:"channels" is:">= 1, <= 2" def:"1" doc:"channels"`
}

// Video is the video of a request.
type Video struct {
	BatchSize int        `key:"batch_size" is:">= 0" def:"0" doc:"videos per request"`
	Duration  float64    `key:"duration" is:"> 0" def:"1.0" unit:"s" doc:"length"`
	FPS       int        `key:"fps" is:">= 1" def:"4" doc:"frames per second"`
	Width     *int       `key:"width" is:">= 1" unit:"px" doc:"width"`
	Height    *int       `key:"height" is:">= 1" unit:"px" doc:"height"`
	Format    string     `key:"format" def:"webm" enum:"mp4 webm" doc:"file format"`
	Codec     string     `key:"codec" def:"libvpx-vp9" doc:"video codec"`
	SynthType string     `key:"synth_type" def:"moving_shapes" enum:"moving_shapes grid_clock noise" doc:"what is shown"`
	Audio     VideoAudio `key:"audio" doc:"sound track"`
}

// VideoAudio is the sound of a video.
type VideoAudio struct {
	SampleRate float64 `key:"sample_rate" is:">= 8, <= 96" def:"44.1" unit:"kHz" doc:"sample rate"`
	Channels   int     `key:"channels" is:">= 0, <= 2" def:"0" doc:"channels"`
	Codec      *string `key:"codec" enum:"aac libvorbis libopus" doc:"audio codec"`
	Depth      int     `key:"depth" def:"16" in:"8 16 24 32" form:"int literal" doc:"bits per sample"`
}
