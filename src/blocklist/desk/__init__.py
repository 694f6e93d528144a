"""DESK: one cycle from the folder of orders to blocks that are seen to serve.

``cycle`` has the thirteen steps in their sequence; what each needs is in the modules it names:

==============  ===================================================================================
before          ``runfile`` ``runsettings`` ``meaning`` ``placecheck``: what ``run.toml`` says
                ``runrequest``: what the command asks for, and what comes of it
1 lock          ``lock``; ``programs`` runs commands, ``state`` ``sourcestate``: known between runs
2 tidy          ``store``: octets and images under their digests
3 look          ``sightings``; ``quiet`` finds out that nothing is to be done
4 read          ``readings`` ``maildir``: the orders in kept octets
5, 6 judge      ``deliveries`` ``judgement`` ``tokens`` ``intake`` ``imageintake``
7 compile       ``assembly`` ``emptiness`` ``taking`` ``imagechange``
8, 12 record    ``journal``: the interface of what is recorded
9 write         ``outputfile`` ``sharedexports`` ``enforcement``
10, 11 serve    ``service`` ``inquiry`` ``proxyinquiry`` ``fullprobe``
13 tell         ``matters`` ``runpage`` ``alarms`` ``textmetrics`` ``agenda``
beside          ``rehearsal``: a dry run; ``units``: what runs it each minute
==============  ===================================================================================

``cli`` alone imports this room.
"""
