"""The frame loop. `player.shader` may be replaced at any time: the next frame is drawn by the new one."""

import asyncio
import gc
import time


class Player:
    """Shows a shader on an output; at most `fps` frames a second, 0 for as many as there can be."""

    def __init__(self, shader, output, fps=0):
        self.shader = shader
        self.output = output
        self.fps = fps
        self.ms = 0  # since the start
        self.frames = 0
        self.draw_us = 0  # of the last frame
        self.show_us = 0
        self._last = time.ticks_ms()

    def step(self):
        """One frame. ShaderError if the shader did not end; then nothing is shown."""
        now = time.ticks_ms()
        delta = time.ticks_diff(now, self._last)
        self._last = now
        self.ms += delta
        begin = time.ticks_us()
        self.shader.moment(self.output.width, self.output.height, self.ms, delta, self.frames)
        self.output.draw(self.shader)
        drawn = time.ticks_us()
        self.output.show()
        self.draw_us = time.ticks_diff(drawn, begin)
        self.show_us = time.ticks_diff(time.ticks_us(), drawn)
        self.frames += 1

    def _wait(self):
        """Milliseconds until the next frame is due."""
        return max(0, 1000 // self.fps - time.ticks_diff(time.ticks_ms(), self._last)) if self.fps else 0

    def run(self, seconds=0, report=0):
        """Frames until Ctrl-C, or for some seconds. With `report`, print figures every so many milliseconds."""
        begin = said = time.ticks_ms()
        frames = self.frames
        while not seconds or time.ticks_diff(time.ticks_ms(), begin) < seconds * 1000:
            self.step()
            since = time.ticks_diff(time.ticks_ms(), said)
            if report and since >= report:
                self._report(since, self.frames - frames)
                said = time.ticks_ms()
                frames = self.frames
            wait = self._wait()
            if wait:
                time.sleep_ms(wait)

    def _report(self, ms, frames):
        gc.collect()
        print(
            '{"ms":%d,"frames":%d,"draw_us":%d,"show_us":%d,"free":%d}'
            % (ms, frames, self.draw_us, self.show_us, gc.mem_free())
        )

    async def play(self):
        """The same for asyncio: other tasks run between two frames."""
        while True:
            self.step()
            await asyncio.sleep_ms(self._wait())
