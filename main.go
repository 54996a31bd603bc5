// Command aiperf measures how fast generative-AI inference servers answer.
package main

func main() {}
