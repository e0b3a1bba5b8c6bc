"""Runs the claims of a module: each is a function whose name begins with a verb in the third person.

Prints one line of JSON for each, so that the Java test that started it can tell them one by one.
"""

import asyncio
import inspect
import json
import sys
import traceback


def claim(function):
    """Marks a function as a claim, with or without `async`."""
    function.is_claim = True
    return function


def refused(call, *arguments, **named):
    """What the client raises; it is a mistake when it does not."""
    try:
        call(*arguments, **named)
    except Exception as error:  # Each client has exceptions of its own.
        return error
    raise AssertionError("it was not refused")


async def refused_later(awaitable):
    try:
        await awaitable
    except Exception as error:
        return error
    raise AssertionError("it was not refused")


def run(module, *arguments):
    claims = [c for c in vars(module).values() if getattr(c, "is_claim", False)]
    for each in claims:
        failure = ""
        try:
            result = each(*arguments)
            if inspect.isawaitable(result):
                asyncio.run(result)
        except BaseException:
            failure = traceback.format_exc()
        print(json.dumps({"claim": each.__name__, "failure": failure}), flush=True)


def main(module_name, *arguments):
    run(sys.modules[module_name], *arguments)
