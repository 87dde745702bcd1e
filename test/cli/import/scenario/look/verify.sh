#!/bin/bash
grep -q looked /root/.bash_history
