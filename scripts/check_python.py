# -*- coding: utf-8 -*-
"""Says in a sentence why this Python cannot carry Fengni. Written so that old versions can read it too."""

import sys

WANTED = (3, 11)


def complaint(version, has_ensurepip):
    """The sentence in Chinese and English, or an empty string when all is well."""
    if tuple(version[:2]) < WANTED:
        found = "%d.%d" % tuple(version[:2])
        return (
            u"这里的 Python 是 %s,封泥需要 3.11 或更高版本。"
            u"请安装新版本,再用 make PYTHON=python3.12 run 这样的写法指定它。\n"
            u"This is Python %s; Fengni needs 3.11 or later. "
            u"Install a newer one and name it, as in: make PYTHON=python3.12 run" % (found, found)
        )
    if not has_ensurepip:
        return (
            u"这里的 Python 不能建立虚拟环境。请先运行 apt-get install python3-venv。\n"
            u"This Python cannot make virtual environments. Run apt-get install python3-venv first."
        )
    return u""


def main():
    """Exit with 1 and the sentence, or with 0."""
    try:
        import ensurepip  # noqa: F401

        has_ensurepip = True
    except ImportError:
        has_ensurepip = False
    said = complaint(sys.version_info, has_ensurepip)
    if said:
        getattr(sys.stderr, "buffer", sys.stderr).write((said + u"\n").encode("utf-8"))
        sys.exit(1)


if __name__ == "__main__":
    main()
