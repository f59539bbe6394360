/** Takes the exit code of a command that has ended. */
export type Finish = (exitCode: number) => void
