# Makes of the host's functions what a script sees as `clockwork`. What is allowed is decided by the
# host (HostFunctions), for both languages alike; here calls get the shape that is usual in Python,
# and what the host complains of becomes an exception.
import sys
from types import CoroutineType, ModuleType

KINDS = {"TypeError": TypeError, "RangeError": ValueError, "Error": RuntimeError}


class Args(dict):
    """What the command line gave, as args["rate"] or args.rate."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError("there is no argument --" + name) from None


class Answer:
    """What became of a request."""

    __slots__ = ("status", "latencyMillis", "met", "cause", "reason", "retryAfterMillis", "outputs")

    def __init__(self, status, latencyMillis, met, cause, reason, retryAfterMillis, outputs):
        self.status = status
        self.latencyMillis = latencyMillis
        self.met = met
        self.cause = cause
        self.reason = reason
        self.retryAfterMillis = retryAfterMillis
        self.outputs = outputs

    def __repr__(self):
        return "Answer(" + ", ".join(n + "=" + repr(getattr(self, n)) for n in self.__slots__) + ")"


class Tensor:
    """An output: its shape, and its numbers in one list."""

    __slots__ = ("shape", "data")

    def __init__(self, shape, data):
        self.shape = shape
        self.data = data


class Pending:
    """What can be awaited: an answer, or a time."""

    __slots__ = ("settled", "value", "waiting")

    def __init__(self):
        self.settled = False
        self.value = None
        self.waiting = None

    def __await__(self):
        while not self.settled:
            yield self
        return self.value

    def settle(self, value):
        self.settled = True
        self.value = value
        waiting = self.waiting
        if waiting is not None:
            self.waiting = None
            for coroutine in waiting:
                drive(coroutine)


class Timer:
    """What runs later, until stop() is called."""

    __slots__ = ("stop",)

    def __init__(self, stop):
        self.stop = stop


def drive(coroutine):
    """Runs a coroutine to the next thing that it awaits."""
    try:
        awaited = coroutine.send(None)
    except StopIteration:
        return
    if type(awaited) is not Pending:
        coroutine.throw(TypeError("a script can await infer(...) and afterMillis(n), not " + repr(awaited)))
    elif awaited.waiting is None:
        awaited.waiting = [coroutine]
    else:
        awaited.waiting.append(coroutine)


def make(host):
    options_known = [str(name) for name in host.options]
    infer_host = host.infer
    after_host = host.afterMillis

    def sound(result):
        if isinstance(result, str):
            kind, _, text = str(result).partition(": ")
            raise KINDS[kind](text)
        return result

    def starting(callback):
        """An async def begins when it is called, as in JavaScript."""
        if not callable(callback):
            return callback

        def call(*arguments):
            made = callback(*arguments)
            if type(made) is CoroutineType:
                drive(made)

        return call

    def tensors(outputs):
        if outputs is None:
            return None
        return {str(name): Tensor(list(shape), list(data)) for name, shape, data in outputs}

    def infer(model, options=None, **named):
        pending = Pending()

        def take(status, latency, met, cause, reason, retry, outputs):
            pending.settle(Answer(status, latency, met, cause, reason, retry, tensors(outputs)))

        if options is None and not named:
            result = infer_host(model, None, None, None, None, None, None, take)
        else:
            if options is not None:
                if not isinstance(options, dict):
                    sound(host.wrongOptions(options))
                named = {**options, **named}
            for name in named:
                if name not in options_known:
                    sound(host.unknownOption(name))
            given = named.get
            result = infer_host(model, given("sloMillis"), given("sloFactor"), given("tenant"),
                                given("priority"), given("input"), given("outputs"), take)
        if result is not None:
            sound(result)
        return pending

    def afterMillis(millis, callback=None):
        if callback is not None:
            return Timer(sound(after_host(millis, starting(callback))))
        pending = Pending()
        sound(after_host(millis, lambda: pending.settle(None)))
        return pending

    def argsWith(defaults=None, **named):
        defaults = {**(defaults or {}), **named}
        sound(host.expectArguments(*defaults))
        return Args({name: sound(host.argument(name, usual))[0] for name, usual in defaults.items()})

    def log(text):
        host.log(text if isinstance(text, str) else repr(text))

    # Read before the script, whose own time is limited, and only where it will be needed.
    if host.eventbus:
        import json

    def publish(address, message):
        sound(host.publish(address, json.dumps(message) if host.eventbus else ""))

    def subscribe(address, callback):
        call = starting(callback)
        sound(host.subscribe(address, (lambda text: call(json.loads(str(text)))) if callable(callback) else callback))

    clockwork = ModuleType("clockwork")
    clockwork.models = lambda: [str(name) for name in sound(host.models())]
    clockwork.load = lambda name, copies=1: [str(name) for name in sound(host.load(name, copies))]
    clockwork.infer = infer
    clockwork.everyMillis = lambda millis, callback=None: Timer(sound(host.everyMillis(millis, starting(callback))))
    clockwork.afterMillis = afterMillis
    clockwork.poisson = lambda perSecond, callback=None: Timer(sound(host.poisson(perSecond, starting(callback))))
    clockwork.random = host.random
    clockwork.args = Args({str(name): value for name, value in host.arguments})
    clockwork.argsWith = argsWith
    clockwork.report = lambda name, value=None: sound(host.report(name, value))
    clockwork.log = log
    clockwork.trace = lambda models, day=1: [list(row) for row in sound(host.trace(models, day))]
    clockwork.publish = publish
    clockwork.subscribe = subscribe
    sys.modules["clockwork"] = clockwork
    return clockwork


make
